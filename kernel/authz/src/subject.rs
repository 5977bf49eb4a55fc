//! Who acts.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// What kind of subject acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SubjectKind {
    /// A person in office, through posts.
    Staff,
    /// A person from outside.
    Resident,
    /// A firm or organisation from outside.
    Firm,
    /// A program with a bearer token; holds the posts it was made with.
    Token,
    /// A job of the system; holds the one role `job:NAME`.
    Job,
}

impl SubjectKind {
    /// The word in history and audit.
    pub const fn as_str(self) -> &'static str {
        match self {
            SubjectKind::Staff => "staff",
            SubjectKind::Resident => "resident",
            SubjectKind::Firm => "firm",
            SubjectKind::Token => "token",
            SubjectKind::Job => "job",
        }
    }
}

/// A post that the subject holds: a seat in a department with divisions and roles.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    /// Id of the post.
    pub post: String,
    /// Code of its department.
    pub department: String,
    /// Codes of the department itself and those above it.
    pub department_path: Vec<String>,
    /// Codes of the department itself and those below it.
    pub departments_below: Vec<String>,
    /// Codes of the divisions it is responsible for.
    pub divisions: Vec<String>,
    /// Roles it carries.
    pub roles: Vec<String>,
}

/// Who acts, with everything a decision needs to know of him.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// Kind.
    pub kind: SubjectKind,
    /// Id of the user, resident, firm; name of the job. Empty: nobody known.
    pub id: String,
    /// Name to show.
    pub name: String,
    /// Posts held now.
    pub seats: Vec<Seat>,
    /// Id of the user on whose behalf he acts.
    pub on_behalf: Option<String>,
    /// Number of the state of rights from which `seats` were read; a write re-checks it.
    pub rights_epoch: i64,
}

impl Subject {
    /// A job of the system: rights of the role `job:NAME` and no others.
    pub fn job(name: &str) -> Subject {
        let seat = Seat {
            roles: vec![format!("job:{name}")],
            ..Seat::default()
        };
        Subject {
            name: format!("系统任务 {name}"),
            seats: vec![seat],
            ..Subject::outside(SubjectKind::Job, name)
        }
    }

    /// A resident who is signed in: rights of the roles `resident` and `public`.
    pub fn resident(id: &str) -> Subject {
        Subject::outside(SubjectKind::Resident, id)
    }

    /// A firm that is signed in: rights of the roles `firm` and `public`.
    pub fn firm(id: &str) -> Subject {
        Subject::outside(SubjectKind::Firm, id)
    }

    /// Somebody on the public pages who is not signed in: rights of the role `public`.
    pub fn public() -> Subject {
        Subject {
            name: "公众".to_owned(),
            ..Subject::outside(SubjectKind::Resident, "")
        }
    }

    /// `kind:id`, as it stands in history and audit.
    pub fn reference(&self) -> String {
        format!("{}:{}", self.kind.as_str(), self.id)
    }

    /// Whether his rights come from registers and so may change between reading and writing.
    pub fn has_posts(&self) -> bool {
        matches!(self.kind, SubjectKind::Staff | SubjectKind::Token)
    }

    fn outside(kind: SubjectKind, id: &str) -> Subject {
        Subject {
            kind,
            id: id.to_owned(),
            name: String::new(),
            seats: Vec::new(),
            on_behalf: None,
            rights_epoch: 0,
        }
    }

    /// The pools whose tasks are offered to him: `ROLE`, `ROLE@DEPARTMENT` and `ROLE@DIVISION` for every post and role.
    pub fn pools(&self) -> Vec<String> {
        let pools: BTreeSet<String> = self
            .holdings()
            .into_iter()
            .flat_map(|(role, seat)| pools_of(role, seat))
            .collect();
        pools.into_iter().collect()
    }

    /// The first post through which one of these pools is his.
    pub fn post_in(&self, pools: &[String]) -> Option<&Seat> {
        let through = |(role, seat): (&str, Option<&Seat>)| pools_of(role, seat).any(|it| pools.contains(&it));
        self.holdings().into_iter().find(|it| through(*it))?.1
    }

    /// Every role he holds, through whatever post.
    pub fn roles(&self) -> BTreeSet<&str> {
        self.holdings().into_iter().map(|(role, _)| role).collect()
    }

    /// Whether he holds a role through any post.
    pub fn has_role(&self, role: &str) -> bool {
        self.holdings().iter().any(|(it, _)| *it == role)
    }

    /// Each role with the post that carries it. Roles that come with the kind of subject have no post.
    pub(crate) fn holdings(&self) -> Vec<(&str, Option<&Seat>)> {
        let mut all: Vec<(&str, Option<&Seat>)> = Vec::new();
        match self.kind {
            SubjectKind::Staff | SubjectKind::Token => {
                for seat in &self.seats {
                    all.extend(seat.roles.iter().map(|it| (it.as_str(), Some(seat))));
                }
            }
            SubjectKind::Resident if self.id.is_empty() => all.push(("public", None)),
            SubjectKind::Resident => all.extend([("resident", None), ("public", None)]),
            SubjectKind::Firm => all.extend([("firm", None), ("public", None)]),
            // A job holds its own role only, whatever its seats say.
            SubjectKind::Job => {
                let roles = self.seats.iter().flat_map(|it| &it.roles);
                all.extend(
                    roles
                        .filter(|it| it.strip_prefix("job:") == Some(self.id.as_str()))
                        .map(|it| (it.as_str(), None)),
                );
            }
        }
        all
    }
}

/// The pools that one role gives through one post.
fn pools_of<'a>(role: &'a str, seat: Option<&'a Seat>) -> impl Iterator<Item = String> + 'a {
    let places = seat
        .into_iter()
        .flat_map(|it| std::iter::once(&it.department).chain(&it.divisions));
    let placed = places.filter(|it| !it.is_empty()).map(move |place| format!("{role}@{place}"));
    std::iter::once(role.to_owned()).chain(placed)
}
