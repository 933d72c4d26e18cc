"""The avatar that speaks for the model, and the data that animate another one."""

from typing import Literal, TypeAlias

from attrs import field, frozen

from rtmodels._display import redact
from rtmodels.schema._model import Model

__all__ = [
    "VoiceLiveAnimation",
    "VoiceLiveAnimationOutputType",
    "VoiceLiveAvatarConfig",
    "VoiceLiveAvatarConfigTypes",
    "VoiceLiveAvatarOutputProtocol",
    "VoiceLiveBackground",
    "VoiceLiveIceServer",
    "VoiceLiveScene",
    "VoiceLiveVideoCrop",
    "VoiceLiveVideoParams",
    "VoiceLiveVideoResolution",
]

VoiceLiveAnimationOutputType: TypeAlias = Literal["blendshapes", "viseme_id"]
"""How the face is described: by weights of its muscles, or by shapes of the mouth."""


@frozen(kw_only=True, repr=False)
class VoiceLiveAnimation(Model):
    """The data to send for animating a face that the client draws."""

    model_name: str | None = None
    """The model that makes the data."""

    outputs: tuple[VoiceLiveAnimationOutputType | str, ...] | None = None
    """The kinds of data to send."""


@frozen(kw_only=True, repr=False)
class VoiceLiveIceServer(Model):
    """A STUN or TURN server, over which the video finds its way."""

    urls: tuple[str, ...]
    """Where it is: ``stun:...`` or ``turn:...``."""

    username: str | None = None
    """The name to log in with."""

    credential: str | None = field(default=None, repr=redact)
    """The password to log in with."""


@frozen(kw_only=True, repr=False)
class VoiceLiveVideoCrop(Model):
    """The part of the picture to send."""

    top_left: tuple[int, ...]
    """Its first corner, as x and y in pixels."""

    bottom_right: tuple[int, ...]
    """The opposite corner, as x and y in pixels."""


@frozen(kw_only=True, repr=False)
class VoiceLiveVideoResolution(Model):
    """The size of the picture."""

    width: int
    """Pixels from left to right."""

    height: int
    """Pixels from top to bottom."""


@frozen(kw_only=True, repr=False)
class VoiceLiveBackground(Model):
    """What is behind the avatar: a colour or a picture."""

    color: str | None = None
    """A colour with opacity, such as ``#00FF00FF``."""

    image_url: str | None = None
    """The web address of a picture."""


@frozen(kw_only=True, repr=False)
class VoiceLiveVideoParams(Model):
    """How the avatar's video is encoded."""

    bitrate: int | None = None
    """Bits a second."""

    codec: Literal["h264"] | str | None = None
    """The codec of the video."""

    crop: VoiceLiveVideoCrop | None = None
    """The part of the picture to send, if not all."""

    resolution: VoiceLiveVideoResolution | None = None
    """How large the picture is."""

    background: VoiceLiveBackground | None = None
    """What to show behind the avatar."""

    gop_size: int | None = None
    """Frames from one complete picture to the next."""


@frozen(kw_only=True, repr=False)
class VoiceLiveScene(Model):
    """Where the avatar is in the picture, and how much it moves."""

    zoom: float | None = None
    """How large the avatar is; 1.0 leaves its size as it is."""

    position_x: float | None = None
    """Shift to the right, in widths of the picture, from -1.0 to 1.0."""

    position_y: float | None = None
    """Shift downwards, in heights of the picture, from -1.0 to 1.0."""

    rotation_x: float | None = None
    """Nod downwards, in radians."""

    rotation_y: float | None = None
    """Turn to the right, in radians."""

    rotation_z: float | None = None
    """Tilt clockwise, in radians."""

    amplitude: float | None = None
    """How much the avatar moves, up to 1.0, which is all."""


VoiceLiveAvatarConfigTypes: TypeAlias = Literal["video-avatar", "photo-avatar"]
"""What the avatar is made from."""

VoiceLiveAvatarOutputProtocol: TypeAlias = Literal["webrtc", "websocket"]
"""How the video comes: over a connection of its own, or as events."""


@frozen(kw_only=True, repr=False)
class VoiceLiveAvatarConfig(Model):
    """The avatar to show, and how its video is sent."""

    character: str
    """Which avatar, such as ``lisa``."""

    type: VoiceLiveAvatarConfigTypes | str | None = None
    """What the avatar is made from; a video, unless this says otherwise."""

    ice_servers: tuple[VoiceLiveIceServer, ...] | None = None
    """The servers over which the video finds its way; the service names them."""

    style: str | None = None
    """Posture and mood, such as ``casual-sitting``."""

    model: Literal["vasa-1"] | str | None = None
    """The model that moves the face; an avatar from a photo needs one."""

    customized: bool | None = None
    """Whether the avatar was made for this customer."""

    video: VoiceLiveVideoParams | None = None
    """How the video is encoded."""

    scene: VoiceLiveScene | None = None
    """Where the avatar is in the picture."""

    output_protocol: VoiceLiveAvatarOutputProtocol | str | None = None
    """How the video comes."""

    output_audit_audio: bool | None = None
    """Whether the audio also comes as events while the video has its own connection."""
