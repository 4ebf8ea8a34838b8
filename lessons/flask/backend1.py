"""The first test server: `flask run --port=8080`."""

from pages import backend

app = backend("Hello world!")
