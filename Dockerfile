# syntax=docker/dockerfile:1
FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /app
RUN python -m venv /venv
COPY requirements.lock ./
RUN /venv/bin/pip install --require-hashes -r requirements.lock
COPY manage.py ./
COPY portfolio ./portfolio
COPY projects ./projects
COPY templates ./templates
COPY static ./static
# Collecting needs settings, and settings insist on a key: this one signs nothing and stays in this stage.
RUN PLIMSOLL_SECRET_KEY=only-to-collect-static-files PLIMSOLL_DATA=/tmp/data \
    /venv/bin/python manage.py collectstatic --no-input

FROM python:3.13-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PLIMSOLL_DATA=/data
WORKDIR /app
RUN mkdir /data && chown 10001:10001 /data
COPY --from=build /venv /venv
COPY --from=build /app /app
USER 10001:10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s CMD ["python", "-m", "portfolio.health"]
CMD ["granian", "--interface=wsgi", "--host=0.0.0.0", "--port=8000", "--workers=2", "--blocking-threads=4", "--respawn-failed-workers", "portfolio.wsgi:application"]
