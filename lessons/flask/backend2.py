"""The second test server: `flask run --port=8081`."""

from pages import backend

app = backend("Howdy world!")
