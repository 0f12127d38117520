"""The whole way in to a hosted instance, with a stand-in for the OpenID Connect provider on this machine."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlparse

import pytest
from browsing import PATIENCE, dashboard, needs_browser

from exposure import launch
from exposure.sharing import VARIABLE, Sharing

pytestmark = needs_browser
pytest.importorskip("authlib", reason="Authlib, of the extra “shared”, is not installed")
CLIENT = "exposure-test"


class Provider(BaseHTTPRequestHandler):
    """Just enough of a provider: it lets A. Trustee in without asking."""

    key: Any
    nonces: dict[str, str]

    def do_GET(self) -> None:
        here = f"http://127.0.0.1:{self.server.server_port}"  # type: ignore[attr-defined]
        path, asked = urlparse(self.path).path, parse_qs(urlparse(self.path).query)
        if path == "/.well-known/openid-configuration":
            points = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "jwks"}
            told = {"issuer": here, **{name: f"{here}/{end}" for name, end in points.items()}}
            self._json(told | {"id_token_signing_alg_values_supported": ["RS256"]})
        elif path == "/jwks":
            self._json({"keys": [self.key.as_dict(private=False) | {"use": "sig", "alg": "RS256"}]})
        elif path == "/authorize":
            code = f"code{len(self.nonces)}"
            self.nonces[code] = asked["nonce"][0]
            back = urlencode({"code": code, "state": asked["state"][0]})
            self.send_response(302)
            self.send_header("Location", f"{asked['redirect_uri'][0]}?{back}")
            self.end_headers()
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        from joserfc import jwt  # noqa: PLC0415 - comes with Authlib, which may be missing

        here = f"http://127.0.0.1:{self.server.server_port}"  # type: ignore[attr-defined]
        body = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        now = int(time.time())
        who = {"sub": "1", "email": "trustee@example.org", "nonce": self.nonces[body["code"][0]]}
        said = {"iss": here, "aud": CLIENT, "iat": now, "exp": now + 600, **who}
        token = jwt.encode({"alg": "RS256", "kid": self.key.kid}, said, self.key)
        self._json({"access_token": "x", "token_type": "Bearer", "expires_in": 600, "id_token": token})

    def _json(self, told: dict[str, Any]) -> None:
        content = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@contextmanager
def provider() -> Iterator[str]:
    from joserfc.jwk import RSAKey  # noqa: PLC0415 - comes with Authlib, which may be missing

    Provider.key, Provider.nonces = RSAKey.generate_key(2048, {"kid": "one"}), {}
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    running = threading.Thread(target=server.serve_forever, daemon=True)
    running.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        running.join(10)
        server.server_close()


def test_a_visitor_logs_in_and_then_sees_the_finding(
    browser: Any, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, Sharing(login=True).environment()[VARIABLE])
    port = launch.free_port(8700)
    secrets = tmp_path / "secrets.toml"
    with provider() as issuer:
        secrets.write_text(
            f'[auth]\nredirect_uri = "http://127.0.0.1:{port}/oauth2callback"\ncookie_secret = "{"s" * 40}"\n'
            f'client_id = "{CLIENT}"\nclient_secret = "none"\n'
            f'server_metadata_url = "{issuer}/.well-known/openid-configuration"\n',
            "utf-8",
        )
        with dashboard(root, port, tmp_path / "log.txt", f"--secrets.files={secrets}") as address:
            assert address.endswith(str(port))
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            page = context.new_page()
            page.set_default_timeout(PATIENCE)
            page.goto(address)
            way_in = page.get_by_role("button", name="Log in", exact=True)
            way_in.wait_for()
            assert "Example County" not in page.content()
            way_in.click()
            page.get_by_text("Logged in as trustee@example.org").wait_for()
            page.get_by_role("heading", name="Example County Pension Fund").wait_for()
            context.close()
