//! The Chinese sentences of a refused file: what happened, what to do, and that nothing else was lost.

use yiwang_types::{Code, Fault};

use crate::Kind;

const KEPT: &str = "已填的内容都还在。";

/// What the person was asked for decides how the file is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    Photo,
    File,
}

impl Asked {
    pub(crate) fn of(accepted: &[Kind]) -> Asked {
        if accepted == [Kind::Image] {
            Asked::Photo
        } else {
            Asked::File
        }
    }

    fn fault(self, code: Code, what: &str, remedy: Option<&str>) -> Fault {
        let (noun, usual) = match self {
            Asked::Photo => ("照片", "请重新拍一张"),
            Asked::File => ("文件", "请换一个文件"),
        };
        Fault::new(code, format!("{noun}没有传上:{what}。{},{KEPT}", remedy.unwrap_or(usual)))
    }

    pub(crate) fn damaged(self) -> Fault {
        self.fault(Code::BadFile, "文件损坏", None)
    }

    pub(crate) fn empty(self) -> Fault {
        self.fault(Code::BadFile, "文件是空的", None)
    }

    pub(crate) fn disguised(self, said: Kind) -> Fault {
        self.fault(Code::BadFile, &format!("文件内容不是{}", said.title()), None)
    }

    pub(crate) fn unsupported(self, accepted: &[Kind]) -> Fault {
        let formats: Vec<&str> = accepted.iter().map(|it| it.formats()).collect();
        self.fault(
            Code::UnsupportedMedia,
            "不支持这种文件",
            Some(&format!("请改用 {} 格式", formats.join("、"))),
        )
    }

    pub(crate) fn phone_format(self) -> Fault {
        self.fault(
            Code::UnsupportedMedia,
            "这是 HEIC 格式",
            Some("请把手机相机的格式设为「兼容性最佳」后再拍一张"),
        )
    }

    pub(crate) fn too_many_bytes(self, limit: u64) -> Fault {
        let remedy = match self {
            Asked::Photo => "请调低相机分辨率后重新拍一张",
            Asked::File => "请压缩或拆分后再传",
        };
        self.fault(Code::TooLarge, &format!("文件超过 {} MB", limit / 1_000_000), Some(remedy))
    }

    pub(crate) fn too_many_pixels(self, limit: u64) -> Fault {
        self.fault(
            Code::TooLarge,
            &format!("像素超过 {} 万", limit / 10_000),
            Some("请调低相机分辨率后重新拍一张"),
        )
    }

    pub(crate) fn not_kept(self) -> Fault {
        self.fault(Code::Unavailable, "暂时存不下", Some("请稍后再试"))
    }
}
