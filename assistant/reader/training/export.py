"""The trained network as an int8 ONNX file with its tokenizer and description; knows nothing of training.

Weights are rounded per output channel, activations at run time per window (onnxruntime's dynamic quantisation). Weights take
seven bits of int8: with eight, a processor without VNNI adds two products in 16 bits and cuts off what does not fit, so that the
same file gave other logits on an older machine (corr. of relevance with float32 .988, with seven bits .996; docs/experiments).
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from assistant.reader.training.base import HEADS, WIDTH
from assistant.reader.training.network import Reader


class Attention(torch.autograd.Function):
    """Self-attention as one node of onnxruntime: written out it takes as long as all else together."""

    @staticmethod
    def forward(ctx: Any, *inputs: Tensor) -> Tensor:
        """Query, key and value without their biases (rows, pieces, WIDTH), the biases in a row, mask (rows, pieces) of 0 and 1."""
        *projected, bias, mask = inputs
        rows, pieces, width = projected[0].shape
        query, key, value = (
            (part + own).view(rows, pieces, HEADS, width // HEADS).transpose(1, 2)
            for part, own in zip(projected, bias.split(width), strict=True)
        )
        seen = F.scaled_dot_product_attention(query, key, value, attn_mask=(mask > 0)[:, None, None, :])
        return seen.transpose(1, 2).reshape(rows, pieces, width)

    @staticmethod
    def symbolic(graph: Any, *inputs: Any) -> Any:
        """The node."""
        node = graph.op("com.microsoft::MultiHeadAttention", *inputs, num_heads_i=HEADS)
        return node.setType(inputs[0].type())


class Gelu(torch.autograd.Function):
    """The activation as one node."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        """GELU, exact."""
        return F.gelu(x)

    @staticmethod
    def symbolic(graph: Any, x: Any) -> Any:
        """The node."""
        return graph.op("com.microsoft::Gelu", x).setType(x.type())


class Outputs(torch.nn.Module):
    """The network as it is run: the same sums as ``Reader``, in nodes that onnxruntime computes at once."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Ids and mask (rows, pieces) int64 -> relevance (rows,), tokens (rows, pieces, 3)."""
        encoder = self.reader.encoder
        x = encoder.norm(encoder.words(ids) + encoder.positions.weight[: ids.shape[1]])
        for layer in encoder.layers:
            x = self.run_layer(layer, x, mask.int())
        return self.reader.compute_outputs(x, mask[..., None].to(x.dtype))

    @staticmethod
    def run_layer(layer: Any, x: Tensor, mask: Tensor) -> Tensor:
        """One layer of the encoder."""
        parts = (layer.query, layer.key, layer.value)
        bias = torch.cat([part.bias for part in parts])
        seen: Tensor = Attention.apply(*(x @ part.weight.T for part in parts), bias, mask)
        x = layer.attention_norm(x + layer.attention_out(seen))
        fed: Tensor = Gelu.apply(layer.feed_in(x))
        out: Tensor = layer.feed_norm(x + layer.feed_out(fed))
        return out


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
        str(prepared), str(out / "reader.onnx"), per_channel=True, reduce_range=True, weight_type=QuantType.QInt8,
        op_types_to_quantize=["MatMul", "Gemm", "Gather"],
    )  # fmt: skip
    shutil.copy(work / "tokenizer.json", out / "tokenizer.json")


def write_description(out: Path, description: dict[str, Any]) -> None:
    """``reader.json`` beside the network."""
    text = json.dumps(description, ensure_ascii=False, indent=1)
    (out / "reader.json").write_text(text + "\n", encoding="utf-8")


def load_exported(reader: Reader, folder: Path) -> None:
    """The weights of an exported network back into a torch network, as exactly as int8 kept them.

    Attention's projections are found by its nodes, every other layer by its bias. Raises KeyError for another layout.
    """
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(folder / "reader.onnx")).graph
    stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    makers = {name: node for node in graph.node for name in node.output}

    def factor_of(name: str) -> Tensor:
        """The rounded matrix that was multiplied with to make this value."""
        node = makers[name]
        while node.op_type != "MatMulInteger":
            node = makers[next(part for part in node.input if part in makers)]
        return restore_matrix(node.input[1]).T.contiguous()

    def restore_matrix(name: str) -> Tensor:
        stem = name.removesuffix("_quantized")
        exact = (stored[name].astype("float32") - stored[f"{stem}_zero_point"]) * stored[f"{stem}_scale"]
        return torch.from_numpy(exact.astype("float32"))

    weights = {name.removeprefix("reader."): torch.from_numpy(array.copy()) for name, array in stored.items()
               if name.startswith("reader.") and name.endswith((".weight", ".bias"))}  # fmt: skip
    weights["encoder.words.weight"] = restore_matrix("reader.encoder.words.weight_quantized")
    for node in graph.node:
        for name in node.input:
            if node.op_type == "Add" and name in stored and name.endswith(".bias"):
                other = next(part for part in node.input if part != name)
                weights[name.removeprefix("reader.").replace(".bias", ".weight")] = factor_of(other)
    attentions = [node for node in graph.node if node.op_type == "MultiHeadAttention"]
    for number, node in enumerate(attentions):
        biases = torch.from_numpy(stored[node.input[3]].copy()).split(WIDTH)
        for part, value, bias in zip(("query", "key", "value"), node.input, biases, strict=False):
            weights[f"encoder.layers.{number}.{part}.weight"] = factor_of(value)
            weights[f"encoder.layers.{number}.{part}.bias"] = bias.contiguous()
    reader.load_state_dict(weights)
