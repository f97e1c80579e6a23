"""The words of signed heads and of proofs."""

from __future__ import annotations

PROVING: dict[str, tuple[str, str]] = {
    "nav.heads": ("签名树头", "Signed heads"),
    # -- signed heads
    "heads.title": ("签名树头", "Signed heads"),
    "heads.lead": (
        "账本有新记录时，本节点每分钟为全部记录的总指纹签一次名，称为签名树头。谁保存了较早的一个，谁就能证明此前的记录后来没有改过。",
        "While entries come, this node signs the fingerprint of its whole log every minute: a signed head. Whoever keeps an older one can prove that nothing before it has been changed since.",
    ),
    "heads.who": ("签名节点", "Who signs"),
    "heads.node": ("名称", "Node"),
    "heads.key": ("公钥", "Public key"),
    "heads.key.keep": (
        "点一下选中整段。请复制一份，保存在本系统以外，核对存证时用。",
        "Press to select all of it. Keep a copy outside of this system: proofs are checked with it.",
    ),
    "heads.signed": ("已签的树头", "Signed so far"),
    "heads.size": ("包含记录", "Entries"),
    "heads.up_to": ("第 1 至 {size} 条", "1 to {size}"),
    "heads.first": ("第 1 条", "1"),
    "heads.root": ("总指纹", "Fingerprint of the log"),
    "heads.signed_at": ("签名时间", "Signed"),
    "heads.witnesses": ("见证", "Witnesses"),
    "heads.witnesses.none": ("暂无", "Nobody yet"),
    "heads.none": (
        "还没有签名树头。有记录入账后一分钟内，签出第一个。",
        "No head has been signed yet. The first is signed within a minute of the first entry.",
    ),
    "heads.none_older": ("没有更早的签名树头。", "There is no earlier signed head."),
    "heads.older": ("更早的签名树头", "Earlier signed heads"),
    "heads.newest": ("回到最新的", "Back to the newest"),
    # -- the proof of one entry
    "proof.name": ("存证", "Proof"),
    "proof.open": ("查看存证", "See the proof"),
    "proof.title": ("存证 · 位置 {position}", "Proof · position {position}"),
    "proof.holds": ("核对一致", "Verified"),
    "proof.lead": (
        "签名树头包含这一条：从它的指纹逐级往上算，得出的总指纹与签名的一致。位置、入账时间、内容，改动任何一处都对不上。",
        "A signed head holds this entry: computed step by step from its fingerprint, the fingerprint of the log equals the signed one. Any change of its position, recording time or content would break this.",
    ),
    "proof.entry": ("这一条", "The entry"),
    "proof.see": ("查看这条记录", "See the entry"),
    "proof.content": ("内容", "Content"),
    "proof.unseen": (
        "不在您的范围内。存证照样成立，下载的文件里没有内容文字。",
        "Outside your area. The proof holds all the same; the file does not contain the text.",
    ),
    "proof.head": ("所在的签名树头", "The signed head above it"),
    "proof.steps": ("逐级核对", "Steps up to it"),
    "proof.steps.n": ("{n} 级", "{n}"),
    "proof.take": ("带走存证", "Take the proof with you"),
    "proof.download": ("下载存证文件", "Download the proof"),
    "proof.check": (
        "不必相信本系统，也能核对：在装有守望程序的任何电脑上运行下面这一行。公钥请用自己早先保存的，不要用文件里带的。",
        "It can be checked without trusting this server: run the line below on any computer that has the program. For KEY use the copy of the public key that you kept, not the one in the file.",
    ),
    "proof.command": ("shouwang check-proof {file} --key 公钥", "shouwang check-proof {file} --key KEY"),
    "proof.where_key": ("公钥和全部签名树头", "The public key and all signed heads"),
    "proof.not_yet": (
        "这一条已经入账，还没有签名树头包含它。树头每分钟签一次，请一分钟后再来看。",
        "The entry is recorded, but no signed head holds it yet. A head is signed every minute: come back in a minute.",
    ),
    "proof.again": ("再看一次", "Look again"),
    "proof.beyond": (
        "账本没有第 {position} 号记录，最后一条是第 {head} 号",
        "the log has no event {position}; the last one is {head}",
    ),
}
