collect_ignore = ["components"]  # these run on Rasa's Python, with unittest: `make test-components`
