"""The versions of the software and of its API, which move apart."""

VERSION = "0.1.0"
API_VERSION = "v1"
