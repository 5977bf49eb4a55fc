//! The tables of every YAML format: the one list of keys, from which files are checked and JSON Schemas are made.

use serde_json::Value;

use crate::shape::{Key, Shape, schema_of};

/// The kinds of YAML files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// `app.yaml`.
    App,
    /// `registers/NAME.yaml` of an app.
    Register,
    /// `registers/NAME.yaml` of an overlay: added optional fields and tightened ones.
    Extension,
    /// `dictionaries/NAME.yaml`.
    Dictionary,
    /// `roles.yaml`.
    Roles,
    /// `forms/NAME.yaml`.
    Form,
    /// `reports/NAME.yaml`.
    Report,
    /// `imports/NAME.yaml`.
    Import,
    /// `overlay.yaml`.
    Overlay,
    /// `calendar/NAME.yaml`.
    Calendar,
    /// `seed/REGISTER.yaml`.
    Seed,
    /// `portal/texts.yaml`.
    Portal,
}

impl Kind {
    /// Every kind.
    pub const ALL: &'static [Kind] = &[
        Kind::App,
        Kind::Register,
        Kind::Extension,
        Kind::Dictionary,
        Kind::Roles,
        Kind::Form,
        Kind::Report,
        Kind::Import,
        Kind::Overlay,
        Kind::Calendar,
        Kind::Seed,
        Kind::Portal,
    ];

    /// The word in messages and in the name of the schema file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::App => "app",
            Kind::Register => "register",
            Kind::Extension => "extension",
            Kind::Dictionary => "dictionary",
            Kind::Roles => "roles",
            Kind::Form => "form",
            Kind::Report => "report",
            Kind::Import => "import",
            Kind::Overlay => "overlay",
            Kind::Calendar => "calendar",
            Kind::Seed => "seed",
            Kind::Portal => "portal",
        }
    }

    pub(crate) const fn shape(self) -> &'static Shape {
        match self {
            Kind::App => &Shape::Object(&[FORMAT, APP]),
            Kind::Register => &Shape::Object(&[FORMAT, REGISTER]),
            Kind::Extension => &Shape::Object(&[FORMAT, EXTENSION]),
            Kind::Dictionary => &Shape::Object(&[FORMAT, DICTIONARY]),
            Kind::Roles => &Shape::Object(&[FORMAT, ROLES]),
            Kind::Form => &Shape::Object(&[FORMAT, FORM]),
            Kind::Report => &Shape::Object(&[FORMAT, REPORT]),
            Kind::Import => &Shape::Object(&[FORMAT, IMPORT]),
            Kind::Overlay => &Shape::Object(&[FORMAT, OVERLAY]),
            Kind::Calendar => &Shape::Object(&[FORMAT, CALENDAR]),
            Kind::Seed => &Shape::Object(&[FORMAT, SEED]),
            Kind::Portal => &Shape::Object(&[FORMAT, PORTAL]),
        }
    }
}

/// The JSON Schema (draft 2020-12) of a kind of file, made from the table that the checker reads.
pub fn json_schema(kind: Kind) -> Value {
    let mut schema = schema_of(kind.shape());
    if let Some(it) = schema.as_object_mut() {
        it.insert(
            "$schema".to_owned(),
            Value::from("https://json-schema.org/draft/2020-12/schema"),
        );
        it.insert("title".to_owned(), Value::from(kind.as_str()));
    }
    schema
}

/// The words of `type:`, in the order of the format page.
pub(crate) const FIELD_TYPES: &[&str] = &[
    "text",
    "long_text",
    "integer",
    "decimal",
    "money",
    "boolean",
    "date",
    "datetime",
    "choice",
    "reference",
    "point",
    "area",
    "phone",
    "person_name",
    "citizen_id",
    "uscc",
    "files",
    "json",
];
pub(crate) const MASKS: &[&str] = &[
    "phone",
    "citizen_id",
    "citizen_id_strict",
    "person_name",
    "bank_card",
    "mail",
    "plate",
    "address",
    "all",
];
pub(crate) const ACTIONS: &[&str] = &["read", "create", "update", "delete", "export", "history"];
const FILE_KINDS: &[&str] = &["image", "pdf", "document", "sheet", "audio", "video"];

const FORMAT: &[Key] = &[Key::required("format", Shape::Format, "格式版本,总是 1")];

const APP: &[Key] = &[
    Key::required("app", Shape::Name, "应用的名称,与文件夹同名"),
    Key::required("title", Shape::Text(60), "应用的标题"),
    Key::optional("provides", Shape::List(&Shape::Name), "供别的应用引用的登记簿和字典"),
    Key::optional("needs", Shape::List(&Shape::Name), "引用的别家登记簿和字典"),
    Key::optional("parameters", Shape::List(&Shape::Object(&[PARAMETER])), "地方可以设定的参数"),
];
const PARAMETER: &[Key] = &[
    Key::required("name", Shape::Name, "参数的名称"),
    Key::required("title", Shape::Text(120), "参数的含义"),
    Key::required("default", Shape::Scalar, "不设定时的值"),
    Key::optional("choices", Shape::List(&Shape::Scalar), "允许的值"),
];

const REGISTER: &[Key] = &[
    Key::required("register", Shape::Name, "登记簿的名称,与文件同名"),
    Key::required("title", Shape::Text(60), "登记簿的标题"),
    Key::optional("label", Shape::Name, "在列表里代表一条记录的字段"),
    Key::optional("process", Shape::Name, "新记录启动的流程"),
    Key::optional("system", Shape::Bool, "只用于内核自己的登记簿"),
    Key::optional("key", Shape::Name, "别处引用本簿记录时所用的唯一字段"),
    Key::optional("numbers", Shape::List(&Shape::Object(&[NUMBER])), "编号规则"),
    Key::optional("progress_code", Shape::Name, "新建时得到随机查询码的字段"),
    Key::optional("division", Shape::Name, "记录所属区划的字段"),
    Key::optional("place", Shape::Object(&[PLACE]), "由位置得出的字段"),
    Key::optional("similar", Shape::Object(&[SIMILAR]), "按哪些字段提示相似的记录"),
    Key::required("fields", Shape::List(&Shape::Object(&[FIELD_HEAD, FIELD_OPTIONS])), "字段"),
    Key::optional("unique", Shape::List(&Shape::List(&Shape::Name)), "合在一起不得重复的字段"),
    Key::optional("indexes", Shape::List(&Shape::List(&Shape::Name)), "合在一起的索引"),
    Key::optional("rules", Shape::List(&Shape::Object(&[RULE])), "每条记录必须满足的规则"),
    Key::optional("stored_values", Shape::List(&Shape::Any), "保留"),
];
const PLACE: &[Key] = &[
    Key::required("point", Shape::Name, "位置字段"),
    Key::optional("cell", Shape::Name, "得到单元网格代码的字段"),
    Key::optional("division", Shape::Name, "得到区划代码的字段"),
    Key::optional("duty_grid", Shape::Name, "得到责任网格代码的字段"),
];
const SIMILAR: &[Key] = &[
    Key::optional("point", Shape::Name, "位置字段"),
    Key::optional("time", Shape::Name, "时间字段,不写就用登记时间"),
    Key::optional("phone", Shape::Name, "敏感的电话字段,按带密钥的散列比较"),
    Key::optional("class", Shape::Name, "类别字段"),
    Key::optional("title", Shape::Name, "标题字段"),
    Key::optional("text", Shape::Name, "描述字段"),
];
const NUMBER: &[Key] = &[
    Key::required("field", Shape::Name, "得到编号的字段"),
    Key::required("pattern", Shape::Code(80), "编号的样式,如 SB{yyyyMMdd}{seq:5}"),
    Key::required("at", Shape::Choice(&["create", "act"]), "新建时还是办理时给号"),
    Key::optional("gapless", Shape::Bool, "不得断号"),
];
const FIELD_HEAD: &[Key] = &[
    Key::required("name", Shape::Name, "字段的名称"),
    Key::required("title", Shape::Text(60), "字段的标题"),
    Key::required("type", Shape::Choice(FIELD_TYPES), "字段的类型"),
];
const FIELD_OPTIONS: &[Key] = &[
    Key::optional("required", Shape::Bool, "必填"),
    Key::optional("help", Shape::Text(300), "填写说明"),
    Key::optional("max", Shape::Integer(1, 100_000), "最多多少个字符"),
    Key::optional("pattern", Shape::Code(300), "整段文字要符合的正则表达式"),
    Key::optional("min", Shape::Number, "最小值"),
    Key::optional("max_value", Shape::Number, "最大值"),
    Key::optional("scale", Shape::Integer(0, 9), "小数位数"),
    Key::optional("dictionary", Shape::Name, "选项所在的字典"),
    Key::optional("narrowed_by", Shape::Name, "由本簿的哪个选项字段限定可选的条目"),
    Key::optional("parts", Shape::Map(&Shape::Name), "json 各部分像本簿的哪个字段"),
    Key::optional("register", Shape::Name, "引用的登记簿"),
    Key::optional("many", Shape::Bool, "可以有多个值"),
    Key::optional("sensitive", Shape::Bool, "敏感:加密保存,默认脱敏"),
    Key::optional("mask", Shape::Choice(MASKS), "脱敏的办法"),
    Key::optional("computed", Shape::Bool, "只由流程、函数和导入填写"),
    Key::optional("index", Shape::Bool, "建立索引"),
    Key::optional("default", Shape::Any, "新建时的默认值"),
    Key::optional("kinds", Shape::List(&Shape::Choice(FILE_KINDS)), "允许的文件种类"),
    Key::optional("max_count", Shape::Integer(1, 100), "最多几个文件"),
];
const RULE: &[Key] = &[
    Key::required("when", Shape::Feel, "必须为真的条件"),
    Key::optional("field", Shape::Name, "不满足时标出的字段"),
    Key::required("message", Shape::Text(200), "不满足时说什么"),
    Key::required("remedy", Shape::Text(200), "怎么改"),
];

const EXTENSION: &[Key] = &[
    Key::required("extend", Shape::Name, "要加严或增补的登记簿,与文件同名"),
    Key::optional(
        "fields",
        Shape::List(&Shape::Object(&[FIELD_HEAD, FIELD_OPTIONS])),
        "增加的可填字段",
    ),
    Key::optional("tighten", Shape::List(&Shape::Object(&[TIGHTEN])), "对已有字段的加严"),
    Key::optional("rules", Shape::List(&Shape::Object(&[RULE])), "增加的规则"),
];
const TIGHTEN: &[Key] = &[
    Key::required("field", Shape::Name, "已有的字段"),
    Key::optional("title", Shape::Text(60), "本地的标题"),
    Key::optional("help", Shape::Text(300), "本地的填写说明"),
    Key::optional("required", Shape::Bool, "改为必填"),
    Key::optional("max", Shape::Integer(1, 100_000), "更短的长度"),
    Key::optional("min", Shape::Number, "更大的最小值"),
    Key::optional("max_value", Shape::Number, "更小的最大值"),
    Key::optional("sensitive", Shape::Bool, "改为敏感"),
    Key::optional("mask", Shape::Choice(MASKS), "改为全部遮住"),
    Key::optional("max_count", Shape::Integer(1, 100), "更少的文件"),
];

const DICTIONARY: &[Key] = &[
    Key::required("dictionary", Shape::Name, "字典的名称,与文件同名"),
    Key::required("title", Shape::Text(60), "字典的标题"),
    Key::optional("source", Shape::Text(200), "出处"),
    Key::required("entries", Shape::List(&Shape::Object(&[ENTRY])), "条目,按正式顺序"),
];
const ENTRY: &[Key] = &[
    Key::required("code", Shape::Code(60), "代码"),
    Key::required("title", Shape::Text(120), "名称"),
    Key::optional("parent", Shape::Code(60), "上级代码"),
    Key::optional("from", Shape::Date, "启用日"),
    Key::optional("until", Shape::Date, "最后一个有效日"),
    Key::optional("values", Shape::Map(&Shape::Scalar), "供表达式和决策表使用的值"),
];

const ROLES: &[Key] = &[Key::required("roles", Shape::List(&Shape::Object(&[ROLE])), "角色")];
const ROLE: &[Key] = &[
    Key::required("role", Shape::RoleName, "角色的名称"),
    Key::optional("title", Shape::Text(60), "角色的标题;角色已在别处定义时可以不写"),
    Key::optional("grants", Shape::List(&Shape::Object(&[GRANT])), "授权"),
];
const GRANT: &[Key] = &[
    Key::optional("register", Shape::Name, "登记簿"),
    Key::optional("report", Shape::Name, "统计表"),
    Key::optional("actions", Shape::List(&Shape::Choice(ACTIONS)), "可以做什么"),
    Key::optional("acts", Shape::List(&Shape::Code(40)), "不经待办可以办的动作"),
    Key::required("scope", Shape::OneOrMany(&Shape::Scope), "哪些记录"),
    Key::optional("reveal", Shape::List(&Shape::Name), "能看到原文的敏感字段"),
    Key::optional("reveal_when", Shape::Feel, "满足条件才看到原文"),
    Key::optional("hide", Shape::List(&Shape::Name), "完全不给的字段"),
];

const FORM: &[Key] = &[
    Key::required("form", Shape::Name, "表单的名称,与文件同名"),
    Key::required("register", Shape::Name, "登记簿"),
    Key::required("title", Shape::Text(60), "表单的标题"),
    Key::required("fields", Shape::List(&Shape::Object(FORM_KEYS)), "字段"),
    Key::optional("rules", Shape::List(&Shape::Object(&[RULE])), "提交时必须满足的规则"),
    Key::optional("create", Shape::Object(&[FORM_CREATE]), "用它新建记录"),
];
const FORM_CREATE: &[Key] = &[
    Key::required("roles", Shape::List(&Shape::RoleName), "哪些角色用它新建"),
    Key::optional("set", Shape::Map(&Shape::Scalar), "表单上不问、一并写入的值"),
];
/// Keys of a field of a form: of the register or its own.
pub(crate) const FORM_KEYS: &[&[Key]] = &[FORM_FIELD, FIELD_OPTIONS];
const FORM_FIELD: &[Key] = &[
    Key::optional("field", Shape::Name, "登记簿的字段"),
    Key::optional("name", Shape::Name, "表单自己的字段"),
    Key::optional("title", Shape::Text(60), "标题"),
    Key::optional("type", Shape::Choice(FIELD_TYPES), "类型"),
    Key::optional("into", Shape::Choice(&["record", "comment", "none"]), "值写到哪里"),
];

const REPORT: &[Key] = &[
    Key::required("report", Shape::Name, "统计表的名称,与文件同名"),
    Key::required("title", Shape::Text(60), "统计表的标题"),
    Key::required("register", Shape::Name, "登记簿"),
    Key::optional("period", Shape::Object(&[PERIOD]), "按哪个时间分期"),
    Key::optional("group", Shape::List(&Shape::Name), "按哪些字段分组"),
    Key::optional("order", Shape::Choice(&["official", "value"]), "行的顺序"),
    Key::required("measures", Shape::List(&Shape::Object(&[MEASURE])), "指标"),
];
const PERIOD: &[Key] = &[
    Key::required("field", Shape::Name, "时间字段"),
    Key::required("grain", Shape::Choice(&["day", "month", "quarter", "year"]), "分期"),
];
const MEASURE: &[Key] = &[
    Key::required("name", Shape::Name, "指标的名称"),
    Key::required("title", Shape::Text(60), "指标的标题"),
    Key::optional("count", Shape::Cql, "符合条件的记录数;空的是全部记录"),
    Key::optional("means", Shape::Text(60), "条件的意思,如“已经结案的”;看统计表的人读到的是它"),
    Key::optional("sum", Shape::Name, "求和的字段"),
    Key::optional("ratio", Shape::List(&Shape::Name), "两个指标之比:[分子, 分母]"),
    Key::optional("unit", Shape::Text(20), "单位"),
];

const IMPORT: &[Key] = &[
    Key::required("import", Shape::Name, "导入的名称,与文件同名"),
    Key::required("register", Shape::Name, "登记簿"),
    Key::required("source", Shape::Object(&[IMPORT_SOURCE]), "来源文件"),
    Key::optional("match", Shape::List(&Shape::Name), "认出同一条记录的字段"),
    Key::optional("update", Shape::Bool, "已有记录是否更新"),
    Key::required("fields", Shape::Map(&Shape::Object(&[IMPORT_FIELD])), "字段从哪里来"),
    Key::optional("history", Shape::List(&Shape::Code(80)), "只记入首条历史的列"),
];
const IMPORT_SOURCE: &[Key] = &[
    Key::required("kind", Shape::Choice(&["csv"]), "文件种类"),
    Key::optional("encoding", Shape::Choice(&["utf-8", "gb18030"]), "编码"),
    Key::optional("separator", Shape::Choice(&[",", ";", "\t"]), "分隔符"),
];
const IMPORT_FIELD: &[Key] = &[
    Key::optional("column", Shape::Code(80), "来源文件的列"),
    Key::optional("value", Shape::Scalar, "固定的值"),
    Key::optional("type", Shape::Choice(FIELD_TYPES), "列里的写法"),
];

const OVERLAY: &[Key] = &[
    Key::required("place", Shape::Name, "地方的名称,与文件夹同名"),
    Key::optional("base", Shape::Bool, "公用的底稿:先于地方使用"),
    Key::optional("division", Shape::Code(12), "区划代码"),
    Key::required("title", Shape::Text(60), "地方的标题"),
    Key::optional("apps", Shape::List(&Shape::Name), "启用的应用"),
    Key::optional("theme", Shape::Map(&Shape::Scalar), "外观"),
    Key::optional("footer", Shape::Map(&Shape::Scalar), "页脚:主办单位、网站标识码、备案号等"),
    Key::optional("parameters", Shape::Map(&Shape::Scalar), "参数:`应用.参数: 值`"),
];

const CALENDAR: &[Key] = &[
    Key::required("calendar", Shape::Name, "日历的名称,与文件同名"),
    Key::required("title", Shape::Text(60), "日历的标题"),
    Key::optional("source", Shape::Text(200), "出处"),
    Key::optional("years", Shape::List(&Shape::Integer(1949, 9999)), "放假安排已经公布的年份"),
    Key::optional("hours", Shape::List(&Shape::Object(&[HOURS])), "办公时间"),
    Key::optional("days", Shape::List(&Shape::Object(&[DAY])), "与周一至周五上班不同的日子"),
];
const HOURS: &[Key] = &[
    Key::required("from", Shape::Date, "从哪天起"),
    Key::optional("until", Shape::Date, "到哪天为止"),
    Key::required("periods", Shape::List(&Shape::Code(11)), "时段,如 \"08:30-12:00\""),
];
const DAY: &[Key] = &[
    Key::required("date", Shape::Date, "日期"),
    Key::required("work", Shape::Bool, "是否上班"),
    Key::optional("name", Shape::Text(60), "节日的名称"),
];

const SEED: &[Key] = &[
    Key::required("register", Shape::Name, "登记簿"),
    Key::optional("source", Shape::Text(300), "出处"),
    Key::required("records", Shape::List(&Shape::Map(&Shape::Any)), "记录,按顺序写入"),
];

const PORTAL: &[Key] = &[
    Key::required("portal", Shape::Name, "所在的应用"),
    Key::required("register", Shape::Name, "公众反映的事记入哪个登记簿"),
    Key::optional("form", Shape::Name, "表单:公众只能填它的字段"),
    Key::optional("set", Shape::Map(&Shape::Scalar), "网页代填的值"),
    Key::optional("title_from", Shape::Name, "没有标题时取哪个字段的开头"),
    Key::optional("steps", Shape::List(&Shape::Object(&[PORTAL_STEP])), "逐页的问题"),
    Key::optional("state_dictionary", Shape::Name, "状态字典"),
    Key::optional(
        "state_words",
        Shape::List(&Shape::Object(&[PORTAL_STATE])),
        "对公众说的几种状态,按先后",
    ),
    Key::optional("progress", Shape::Object(&[PORTAL_PROGRESS]), "凭查询码看到什么"),
    Key::optional("rating", Shape::Object(&[PORTAL_RATING]), "评价"),
    Key::optional("texts", Shape::Map(&Shape::Text(300)), "页面上的话"),
    Key::optional("how_it_works", Shape::List(&Shape::Object(&[PORTAL_HOW])), "怎么办理"),
    Key::optional("privacy", Shape::Map(&Shape::Text(500)), "隐私说明"),
];
const PORTAL_STEP: &[Key] = &[
    Key::required("kind", Shape::Choice(&["words", "place", "photos"]), "哪种问题"),
    Key::required("step", Shape::Name, "名称,用在地址里"),
    Key::required("title", Shape::Text(60), "问题"),
    Key::required("short", Shape::Text(20), "一两个词的简称"),
    Key::optional("help", Shape::Text(300), "填写说明"),
    Key::optional("notes", Shape::List(&Shape::Text(300)), "为什么问、保存多久"),
    Key::optional("fields", Shape::List(&Shape::Object(&[PORTAL_ASKED])), "要填的字段(words)"),
    Key::optional("point", Shape::Name, "位置字段(place)"),
    Key::optional("address", Shape::Name, "地址字段(place)"),
    Key::optional("field", Shape::Name, "照片字段(photos)"),
    Key::optional("most", Shape::Integer(1, 100), "最多几张(photos)"),
];
const PORTAL_ASKED: &[Key] = &[
    Key::required("field", Shape::Name, "字段"),
    Key::optional("label", Shape::Text(60), "怎么问"),
    Key::optional("help", Shape::Text(300), "填写说明"),
    Key::optional("example", Shape::Text(300), "例子"),
    Key::optional("yes", Shape::Text(30), "是,怎么说"),
    Key::optional("no", Shape::Text(30), "否,怎么说"),
];
const PORTAL_STATE: &[Key] = &[
    Key::required("word", Shape::Text(20), "状态"),
    Key::required("text", Shape::Text(120), "一句解释"),
];
const PORTAL_PROGRESS: &[Key] = &[
    Key::optional("number", Shape::Name, "编号字段"),
    Key::optional("unit", Shape::Name, "负责单位字段"),
    Key::optional("limit", Shape::Object(&[PORTAL_SHOWN, PORTAL_LIMIT]), "为这件事定的时限"),
    Key::optional(
        "counts",
        Shape::List(&Shape::Object(&[PORTAL_SHOWN, PORTAL_COUNT])),
        "发生了几次,没有就不写",
    ),
    Key::optional(
        "dates",
        Shape::List(&Shape::Object(&[PORTAL_SHOWN, PORTAL_DATE])),
        "各步的时间",
    ),
    Key::optional("answers", Shape::List(&Shape::Object(&[PORTAL_SHOWN])), "答复"),
    Key::optional("before", Shape::Object(&[PORTAL_SHOWN]), "反映时的照片"),
    Key::optional("photos", Shape::Object(&[PORTAL_SHOWN]), "处理后的照片"),
];
const PORTAL_SHOWN: &[Key] = &[
    Key::required("field", Shape::Name, "字段"),
    Key::required("title", Shape::Text(60), "标题"),
];
const PORTAL_DATE: &[Key] = &[Key::optional("or_created", Shape::Bool, "没有值就用登记的时间")];
const PORTAL_LIMIT: &[Key] = &[Key::optional("clock", Shape::Name, "流程里计它的那个时限")];
const PORTAL_COUNT: &[Key] = &[Key::required("text", Shape::Text(60), "一句话;`{n}` 是次数")];
const PORTAL_RATING: &[Key] = &[
    Key::required("act", Shape::Name, "动作"),
    Key::required("form", Shape::Name, "表单"),
    Key::required("open_when", Shape::Name, "这个字段有值才能评价"),
    Key::required("done_when", Shape::Name, "这个字段有值就是评过了"),
    Key::required("fields", Shape::List(&Shape::Object(&[PORTAL_ASKED])), "要填的字段"),
];
const PORTAL_HOW: &[Key] = &[
    Key::required("title", Shape::Text(20), "哪一步"),
    Key::required("text", Shape::Text(300), "做什么"),
    Key::optional("limit", Shape::Text(200), "多久;`{clock.名称}` 是流程里那个时限"),
];
