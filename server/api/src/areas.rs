//! The areas of the API, one module each. A handler extracts, makes one kernel call and maps the result to a view.

mod acts;
mod events;
mod export;
mod files;
mod help;
mod me;
mod meta;
mod options;
mod processes;
mod public;
mod records;
mod registers;
mod session;
mod similar;
mod space;
mod stats;
mod tasks;

use crate::routes::Routes;

/// Every route.
pub(crate) fn all() -> Routes {
    let mut routes = Routes::new();
    meta::routes(&mut routes);
    session::routes(&mut routes);
    me::routes(&mut routes);
    registers::routes(&mut routes);
    records::routes(&mut routes);
    acts::routes(&mut routes);
    tasks::routes(&mut routes);
    processes::routes(&mut routes);
    files::routes(&mut routes);
    stats::routes(&mut routes);
    options::routes(&mut routes);
    export::routes(&mut routes);
    events::routes(&mut routes);
    space::routes(&mut routes);
    help::routes(&mut routes);
    similar::routes(&mut routes);
    public::routes(&mut routes);
    routes
}
