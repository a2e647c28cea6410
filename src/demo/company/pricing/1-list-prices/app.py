"""Entry point: python3 app.py"""

from pricing.server import serve

if __name__ == "__main__":
    serve()
