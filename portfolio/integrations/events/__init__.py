"""Events as others are told of them: the kinds, what each says, the body of a message, the public feed."""
