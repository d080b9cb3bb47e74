"""The trained network as an int8 ONNX file with its tokenizer and description; knows nothing of training.

Weights are rounded to int8 per output channel, activations at run time per window (onnxruntime's dynamic quantisation).
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import torch

from assistant.reader.training.network import Reader


class Outputs(torch.nn.Module):
    """The network as it is run: the mask is made from the padding, evidence comes as a probability's logit."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Ids and mask (rows, pieces) int64 -> relevance (rows,), tokens (rows, pieces, 3)."""
        found: tuple[torch.Tensor, torch.Tensor] = self.reader(ids, mask > 0)
        return found


def export_onnx(reader: Reader, work: Path, out: Path) -> None:
    """``reader.onnx`` (int8) and ``tokenizer.json`` in the folder ``out``."""
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.shape_inference import quant_pre_process

    reader.eval()
    out.mkdir(parents=True, exist_ok=True)
    exact, prepared = work / "reader-fp32.onnx", work / "reader-prepared.onnx"
    ids = torch.ones(2, 48, dtype=torch.long)
    names = {0: "rows", 1: "pieces"}
    torch.onnx.export(
        Outputs(reader),
        (ids, ids),
        str(exact),
        input_names=["ids", "mask"],
        output_names=["relevance", "tokens"],
        dynamic_axes={"ids": names, "mask": names, "relevance": {0: "rows"}, "tokens": names},
        opset_version=17,
        dynamo=False,
    )
    quant_pre_process(str(exact), str(prepared), skip_symbolic_shape=True)
    quantize_dynamic(
        str(prepared), str(out / "reader.onnx"), per_channel=True, weight_type=QuantType.QInt8,
        op_types_to_quantize=["MatMul", "Gemm", "Gather"],
    )  # fmt: skip
    shutil.copy(work / "tokenizer.json", out / "tokenizer.json")


def describe(out: Path, description: dict[str, Any]) -> None:
    """``reader.json`` beside the network."""
    text = json.dumps(description, ensure_ascii=False, indent=1)
    (out / "reader.json").write_text(text + "\n", encoding="utf-8")


def load_exported(reader: Reader, folder: Path) -> None:
    """The weights of an exported network back into a torch network, as exactly as int8 kept them.

    A layer is known by the node that multiplies with it: ``/reader/encoder/layers.0/query/MatMul``. Raises KeyError where the
    network was exported by another layout.
    """
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(folder / "reader.onnx")).graph
    stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}

    def restored(name: str) -> torch.Tensor:
        stem = name.removesuffix("_quantized")
        exact = (stored[name].astype("float32") - stored[f"{stem}_zero_point"]) * stored[f"{stem}_scale"]
        return torch.from_numpy(exact.astype("float32"))

    weights = {name.removeprefix("reader."): torch.from_numpy(array.copy()) for name, array in stored.items()
               if name.startswith("reader.") and name.endswith((".weight", ".bias"))}  # fmt: skip
    for node in graph.node:
        factor = next((name for name in node.input[1:2] if name.endswith("_quantized") and name in stored), None)
        if node.op_type == "MatMulInteger" and factor is not None:
            module = node.output[0].split("/MatMul")[0].split("/Gemm")[0].removeprefix("/reader/").replace("/", ".")
            weights[f"{module}.weight"] = restored(factor).T.contiguous()
    weights["encoder.words.weight"] = restored("reader.encoder.words.weight_quantized")
    reader.load_state_dict(weights)
