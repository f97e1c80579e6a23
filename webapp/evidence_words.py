"""The words of photos and scans."""

from __future__ import annotations

EVIDENCE: dict[str, tuple[str, str]] = {
    "evidence.title": ("照片和扫描件", "Photos and scans"),
    "evidence.count": ("{n} 个文件", "files: {n}"),
    "evidence.changed": (
        "{n} 个文件（新加 {added} 个，去掉 {removed} 个）",
        "files: {n} ({added} added, {removed} removed)",
    ),
    "evidence.choose": ("选择文件或拍照", "Choose files or take a photo"),
    "evidence.chosen": ("已收下的文件，不要的取消勾选", "Files received; untick what is not wanted"),
    "evidence.photo": ("照片 {n}：{what}", "Photo {n}: {what}"),
    "evidence.scan": ("扫描件 {n}：{what}", "Scan {n}: {what}"),
    "evidence.file": ("文件 {n}：{what}", "File {n}: {what}"),
    "evidence.not_here": (
        "本系统没有保存这个文件，账本里只有它的摘要",
        "The file is not kept here; the log has its digest only",
    ),
    "evidence.not_yours": ("（按职务不显示）", "(hidden from this post)"),
    "evidence.gone": (
        "有一个文件已不在（未入账的文件只保留一天），请重新选择",
        "A file is not kept any more (for one day, unless recorded); choose it again",
    ),
    "evidence.too_many": (
        "“{name}”没有收：最多 {most} 个文件；先取消勾选不要的，再选择",
        "“{name}” was not taken: at most {most} files; untick what is not wanted, then choose again",
    ),
}
