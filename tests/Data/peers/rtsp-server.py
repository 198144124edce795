"""GStreamer's RTSP server: /any over TCP and UDP, /udp over UDP only, /auth for one user over TCP. Arguments: port, user, password."""
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer

Gst.init(None)
TCP, UDP = GstRtsp.RTSPLowerTrans.TCP, GstRtsp.RTSPLowerTrans.UDP
LAUNCH = (
    "( videotestsrc is-live=true ! video/x-raw,width=320,height=180,framerate=25/1"
    " ! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=25 ! rtph264pay name=pay0 pt=96 config-interval=1"
    " audiotestsrc is-live=true ! voaacenc ! rtpmp4gpay name=pay1 pt=97 )"
)
port, user, password = sys.argv[1:4]
server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service(port)


def mount(path, protocols, roles):
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(LAUNCH)
    factory.set_shared(True)
    factory.set_protocols(protocols)
    permissions = GstRtspServer.RTSPPermissions()
    for role in roles:
        permissions.add_role(role)
        permissions.add_permission_for_role(role, "media.factory.access", True)
        permissions.add_permission_for_role(role, "media.factory.construct", True)
    factory.set_permissions(permissions)
    server.get_mount_points().add_factory(path, factory)


def token(role):
    made = GstRtspServer.RTSPToken()
    made.set_string("media.factory.role", role)
    return made


mount("/any", TCP | UDP, ["guest", "user"])
mount("/udp", UDP, ["guest", "user"])
mount("/auth", TCP, ["user"])
auth = GstRtspServer.RTSPAuth()
auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
auth.add_digest(user, password, token("user"))
# With a guest's token, a stranger is told that there is no such stream; without one, to say who it is.
if len(sys.argv) > 4:
    auth.set_default_token(token("guest"))
server.set_auth(auth)
server.attach(None)
print("ready", flush=True)
GLib.MainLoop().run()
