# Thin: the words are those of ./run.
.PHONY: run test check bench prove screenshots
run:
	./run
test check bench prove screenshots:
	./run $@
