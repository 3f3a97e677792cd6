"""Nothing reports to anybody."""

import subprocess
import sys
from pathlib import Path

MODEL = Path(__file__).parents[2] / "samples/model/model.onnx"


def test_onnx_runtime_leaves_no_files_for_its_telemetry(tmp_path: Path):
    script = (
        "import kennel_training, onnxruntime;"
        f"onnxruntime.InferenceSession({str(MODEL)!r}, providers=['CPUExecutionProvider'])"
    )
    # Where it sees CI it is silent anyway.
    home = {"HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
    folder = Path(__file__).parents[1]
    subprocess.run([sys.executable, "-c", script], env=home, cwd=folder, check=True)
    assert list(tmp_path.iterdir()) == []
