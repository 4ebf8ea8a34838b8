"""The pages that both test servers have; they differ only in their greeting."""

import time

from flask import Flask, Response, redirect, request


def backend(greeting):
    """A test server that says `greeting`, as the course's own backends do."""
    app = Flask(__name__)

    @app.get("/")
    def home():
        return greeting

    @app.get("/received")
    def received():
        # Flask has the header lines in the order in which they came.
        line = f"{request.method} {request.environ['RAW_URI']} {request.environ['SERVER_PROTOCOL']}\n"
        headers = "".join(f"{name}: {value}\n" for name, value in request.headers.items())
        return Response(line + headers, mimetype="text/plain")

    @app.get("/redirect")
    def moved():
        # By the address that this server knows itself by, whatever name the client used.
        own = f"http://{request.environ['SERVER_NAME']}:{request.environ['SERVER_PORT']}"
        response = redirect(f"{own}/welcome")
        response.set_data("Moved.")
        return response

    @app.get("/welcome")
    def welcome():
        return "Welcome!"

    @app.get("/cookie")
    def cookie():
        response = Response("A cookie for you.")
        response.set_cookie("seen", "yes")
        return response

    @app.get("/slow")
    def slow():
        time.sleep(1)
        return greeting

    @app.errorhandler(404)
    def not_found(_error):
        return "No such page.", 404

    return app
