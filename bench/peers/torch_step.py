"""One training step of the encoder that bench/graph.ts measures, in PyTorch. Each line read from standard input is one
step, timed; the answer is two numbers: milliseconds of forward, loss, backward and clip, and of the AdamW update."""

import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

WIDTH, HEADS, INNER, LAYERS, VOCABULARY, CLASSES, BATCH, LENGTH = 384, 12, 1536, 6, 2048, 77, 32, 64


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH, bias=False)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.inner, self.outer = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)

    def forward(self, x, bias):
        b, s, _ = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(b, s, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        shares = torch.softmax(q @ k.transpose(-1, -2) * (WIDTH // HEADS) ** -0.5 + bias, -1)
        x = x + self.out((shares @ v).transpose(1, 2).reshape(b, s, WIDTH))
        return x + self.outer(F.gelu(self.inner(self.norm2(x))))


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.token, self.position = nn.Embedding(VOCABULARY, WIDTH), nn.Embedding(LENGTH, WIDTH)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.norm, self.head = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, CLASSES)

    def forward(self, ids, mask):
        x = self.token(ids) + self.position.weight
        bias = ((1 - mask) * -1e9)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, bias)
        shares = mask / mask.sum(1, keepdim=True)
        return self.head((shares[:, None, :] @ self.norm(x))[:, 0])


def main():
    torch.set_num_threads(int(sys.argv[1]))
    torch.manual_seed(1)
    model = Encoder()
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-4, weight_decay=0.01)
    ids = torch.randint(0, VOCABULARY, (BATCH, LENGTH))
    mask = torch.ones(BATCH, LENGTH)
    labels = torch.arange(BATCH) % CLASSES
    print(torch.__version__, flush=True)
    for _ in sys.stdin:
        began = time.perf_counter()
        optimiser.zero_grad(set_to_none=True)
        loss = F.cross_entropy(model(ids, mask), labels)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        clipped = time.perf_counter()
        optimiser.step()
        ended = time.perf_counter()
        print(1e3 * (clipped - began), 1e3 * (ended - clipped), flush=True)


main()
