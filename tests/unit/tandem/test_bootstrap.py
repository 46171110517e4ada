"""Keys of the embedded default: made once, whole, for their user's eyes alone."""

import stat
from pathlib import Path

from tandem.bootstrap import SECRET_KEY, stored_key


def test_a_key_is_made_once_and_readable_by_its_user_alone(tmp_path: Path) -> None:
    key = stored_key(tmp_path, SECRET_KEY)
    assert len(key) > 40
    assert stored_key(tmp_path, SECRET_KEY) == key
    (file,) = tmp_path.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
