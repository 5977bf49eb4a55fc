//! Reads the files of one package: an app, the kernel's own registers, or an overlay.

use std::sync::Arc;

use yiwang_types::{Diagnostic, Place, Severity};

use crate::app::{self, App, Overlay, SeedDraft, TextFile};
use crate::calendar::{self, Calendar};
use crate::dictionary::{self, Dictionary};
use crate::form::{self, Form};
use crate::formats::Kind;
use crate::import::{self, Import};
use crate::overlay::{self, Extension};
use crate::read;
use crate::register::{self, Owner, Register};
use crate::report::{self, Report};
use crate::role::{self, RolePart};
use crate::shape;
use crate::sink::Sink;
use crate::words::dead_words;
use crate::yaml::{self, Node};

use super::layout::{Layout, Where};

/// The words of the public pages, inside `portal/`.
const PORTAL: &str = "texts.yaml";

/// A definition together with the file it was read from, for checks that come later.
pub(crate) struct Draft<'a, T> {
    pub(crate) value: T,
    pub(crate) node: Node,
    pub(crate) file: &'a str,
    pub(crate) source: &'a str,
}

impl<'a, T> Draft<'a, T> {
    pub(crate) fn sink(&self) -> Sink<'a> {
        Sink::new(self.file, self.source)
    }
}

/// What the head file says.
pub(crate) enum Head {
    App(App),
    Overlay { overlay: Overlay, base: bool },
}

/// Everything one folder holds.
pub(crate) struct Package<'a> {
    /// The app's name, or `overlay:PLACE`.
    pub(crate) name: String,
    pub(crate) head: Option<Draft<'a, Head>>,
    pub(crate) registers: Vec<Draft<'a, Register>>,
    pub(crate) extensions: Vec<Draft<'a, Extension>>,
    pub(crate) dictionaries: Vec<Draft<'a, Dictionary>>,
    pub(crate) roles: Vec<Draft<'a, Vec<RolePart>>>,
    pub(crate) forms: Vec<Draft<'a, Form>>,
    pub(crate) reports: Vec<Draft<'a, Report>>,
    pub(crate) imports: Vec<Draft<'a, Import>>,
    pub(crate) calendars: Vec<Draft<'a, Calendar>>,
    pub(crate) seeds: Vec<Draft<'a, SeedDraft>>,
    /// By stem.
    pub(crate) processes: Vec<(String, TextFile)>,
    pub(crate) decisions: Vec<(String, TextFile)>,
    pub(crate) portal: Vec<(String, TextFile)>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// A file of a package: its path, its path inside the package, its bytes.
pub(crate) struct PackageFile<'a> {
    pub(crate) path: &'a str,
    pub(crate) inside: &'a str,
    pub(crate) bytes: &'a [u8],
}

pub(crate) fn read_package<'a>(root: &str, layout: Layout, files: &[PackageFile<'a>]) -> Package<'a> {
    let mut it = Package::empty(folder_name(root, layout));
    let head = files.iter().find(|it| it.inside == layout.head_file());
    if let Some(text) = head.and_then(|head| it.text_of(head).map(|text| (head.path, text))) {
        it.read_head(root, layout, text.0, text.1);
    }
    for file in files {
        match layout.place_of(file.inside) {
            Where::Head | Where::Ignored => {}
            Where::Wrong(remedy) => {
                let place = Place {
                    file: file.path.to_owned(),
                    ..Place::default()
                };
                it.diagnostics.push(Diagnostic::error(
                    "misplaced-file",
                    place,
                    "这个文件放错了地方或扩展名不对",
                    remedy,
                ));
            }
            Where::Found(kind, stem) => {
                if let Some(text) = it.text_of(file) {
                    it.read_yaml(kind, stem, layout, file.path, text);
                }
            }
            Where::Process(stem) => it.keep_text(file, stem, |it| &mut it.processes),
            Where::Decision(stem) => it.keep_text(file, stem, |it| &mut it.decisions),
            Where::Portal(name) if name == PORTAL => it.read_portal(layout, file),
            Where::Portal(name) => it.keep_text(file, name, |it| &mut it.portal),
        }
    }
    it
}

impl<'a> Package<'a> {
    fn empty(name: String) -> Package<'a> {
        Package {
            name,
            head: None,
            registers: Vec::new(),
            extensions: Vec::new(),
            dictionaries: Vec::new(),
            roles: Vec::new(),
            forms: Vec::new(),
            reports: Vec::new(),
            imports: Vec::new(),
            calendars: Vec::new(),
            seeds: Vec::new(),
            processes: Vec::new(),
            decisions: Vec::new(),
            portal: Vec::new(),
            diagnostics: Vec::new(),
        }
    }

    pub(crate) fn is_broken(&self) -> bool {
        self.diagnostics.iter().any(|it| it.severity == Severity::Error)
    }

    pub(crate) fn app(&self) -> Option<&App> {
        match self.head.as_ref().map(|it| &it.value) {
            Some(Head::App(it)) => Some(it),
            _ => None,
        }
    }

    pub(crate) fn overlay(&self) -> Option<(&Overlay, bool)> {
        match self.head.as_ref().map(|it| &it.value) {
            Some(Head::Overlay { overlay, base }) => Some((overlay, *base)),
            _ => None,
        }
    }

    pub(crate) fn report(&mut self, sink: Sink<'_>) {
        self.diagnostics.extend(sink.into_found());
    }

    fn text_of(&mut self, file: &PackageFile<'a>) -> Option<&'a str> {
        let text = std::str::from_utf8(file.bytes);
        if let Err(it) = &text {
            let line = file.bytes.iter().take(it.valid_up_to()).filter(|it| **it == b'\n').count() + 1;
            let place = Place {
                file: file.path.to_owned(),
                line: u32::try_from(line).unwrap_or(0),
                column: 0,
            };
            let message = "文件不是 UTF-8 编码";
            self.diagnostics
                .push(Diagnostic::error("not-utf8", place, message, "用编辑器另存为 UTF-8"));
        }
        text.ok().map(|it| it.strip_prefix('\u{feff}').unwrap_or(it))
    }

    fn keep_text(&mut self, file: &PackageFile<'a>, name: &str, list: impl Fn(&mut Self) -> &mut Vec<(String, TextFile)>) {
        let Some(text) = self.text_of(file) else { return };
        let mut sink = Sink::new(file.path, text);
        for (line, content) in (1_u32..).zip(text.lines()) {
            for it in dead_words(content) {
                let column = u32::try_from(it.at).unwrap_or(0) + 1;
                let message = format!("“{}” 已不再使用", it.word);
                sink.warning(
                    "dead-word",
                    yaml::Mark { line, column },
                    message,
                    format!("改为:{}", it.instead),
                );
            }
        }
        self.report(sink);
        let app = self.name.clone();
        list(self).push((
            name.to_owned(),
            TextFile {
                app,
                file: file.path.to_owned(),
                text: Arc::from(text),
            },
        ));
    }

    /// Checks the words of the public pages and keeps them as text: the public site holds them against the Model.
    fn read_portal(&mut self, layout: Layout, file: &PackageFile<'a>) {
        let Some(text) = self.text_of(file) else { return };
        let mut sink = Sink::new(file.path, text);
        if let Some(node) = parse(&mut sink, Kind::Portal, text)
            && layout == Layout::App
        {
            check_stem(&mut sink, &node, "portal", &self.name, "应用");
        }
        self.report(sink);
        let kept = TextFile {
            app: self.name.clone(),
            file: file.path.to_owned(),
            text: Arc::from(text),
        };
        self.portal.push((PORTAL.to_owned(), kept));
    }

    fn read_head(&mut self, root: &str, layout: Layout, file: &'a str, source: &'a str) {
        let mut sink = Sink::new(file, source);
        let kind = if layout == Layout::Overlay { Kind::Overlay } else { Kind::App };
        let Some(node) = parse(&mut sink, kind, source) else {
            return self.report(sink);
        };
        let value = if layout == Layout::Overlay {
            app::read_overlay(&node).map(|overlay| Head::Overlay {
                overlay,
                base: read::flag(&node, "base"),
            })
        } else {
            app::read_app(&node, root, layout == Layout::Kernel).map(Head::App)
        };
        let key = if layout == Layout::Overlay { "place" } else { "app" };
        if layout != Layout::Kernel {
            let folder = root.rsplit('/').next().unwrap_or(root);
            check_stem(&mut sink, &node, key, folder, "文件夹");
        }
        self.report(sink);
        let Some(value) = value else { return };
        self.name = match &value {
            Head::App(it) => it.name.clone(),
            Head::Overlay { overlay, .. } => format!("overlay:{}", overlay.place),
        };
        self.head = Some(Draft {
            value,
            node,
            file,
            source,
        });
    }

    fn read_yaml(&mut self, kind: Kind, stem: &str, layout: Layout, file: &'a str, source: &'a str) {
        let mut sink = Sink::new(file, source);
        let Some(node) = parse(&mut sink, kind, source) else {
            return self.report(sink);
        };
        let owner = if layout == Layout::Kernel { Owner::Kernel } else { Owner::App };
        let app = self.name.clone();
        let sink_ = &mut sink;
        macro_rules! draft {
            ($list:ident, $key:literal, $value:expr) => {{
                check_stem(sink_, &node, $key, stem, "文件");
                if let Some(value) = $value {
                    self.$list.push(Draft {
                        value,
                        node,
                        file,
                        source,
                    });
                }
            }};
        }
        match kind {
            Kind::Register => draft!(registers, "register", register::read(sink_, &app, owner, &node)),
            Kind::Extension => draft!(extensions, "extend", overlay::read(sink_, &node)),
            Kind::Dictionary => draft!(dictionaries, "dictionary", dictionary::read(sink_, &app, &node)),
            Kind::Form => draft!(forms, "form", form::read(sink_, &app, &node)),
            Kind::Report => draft!(reports, "report", report::read(sink_, &app, &node)),
            Kind::Import => draft!(imports, "import", import::read(sink_, &app, &node)),
            Kind::Calendar => draft!(calendars, "calendar", calendar::read(sink_, &app, &node)),
            Kind::Seed => draft!(seeds, "register", app::read_seed(&node)),
            Kind::Roles => {
                let value = role::read(sink_, &app, &node);
                self.roles.push(Draft {
                    value,
                    node,
                    file,
                    source,
                });
            }
            Kind::App | Kind::Overlay | Kind::Portal => {}
        }
        self.report(sink);
    }
}

/// Reads and checks a file against its table; `None` when it is no YAML at all.
fn parse(sink: &mut Sink<'_>, kind: Kind, source: &str) -> Option<Node> {
    match yaml::parse(source) {
        Ok(node) => {
            shape::check(sink, kind.as_str(), &node, kind.shape());
            Some(node)
        }
        Err(it) => {
            sink.error(it.code, it.mark, it.message, it.remedy);
            None
        }
    }
}

/// The same name in every layer: file, folder and content.
fn check_stem(sink: &mut Sink<'_>, node: &Node, key: &str, stem: &str, what: &str) {
    let Some(at) = node.get(key) else { return };
    let name = at.text().unwrap_or_default();
    if name != stem {
        sink.error(
            "name-differs",
            at.mark,
            format!("名称 “{name}” 与{what}名 “{stem}” 不同"),
            format!("把{what}名或 `{key}` 改成一样"),
        );
    }
}

fn folder_name(root: &str, layout: Layout) -> String {
    let folder = root.rsplit('/').next().unwrap_or(root);
    if layout == Layout::Overlay {
        format!("overlay:{folder}")
    } else {
        folder.to_owned()
    }
}
