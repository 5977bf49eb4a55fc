//! The routes, each registered once with its access, its description and its handler. A handler that does not take the context of the declared
//! access does not compile; `routes.txt` lists what was declared, and a test compares.

mod doc;
mod openapi;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::handler::Handler;
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, any, on};
use yiwang_types::{Code, Fault};

pub(crate) use doc::Doc;

use crate::access::{Access, Who, Write};
use crate::app::{App, Options, Services};
use crate::error::Problem;
use crate::gates::Class;
use crate::input::{BodyDoc, Input};
use crate::shell;

/// Under this all areas lie.
pub(crate) const BASE: &str = "/api/v1";
/// Room for the frame of a multipart form around its file.
const FRAME_BYTES: usize = 64 * 1024;

/// What the shell knows of a route.
pub(crate) struct RouteInfo {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) access: &'static str,
    pub(crate) class: Class,
    /// Place among the meters.
    pub(crate) number: usize,
}

/// A handler of a read: its first argument is the context of access `A`.
pub(crate) trait Reads<A: Access, T>: Handler<T, App> {}

/// A handler of a write: its last argument is the context of access `A` together with what was sent.
pub(crate) trait Writes<A: Access, T>: Handler<T, App> {
    /// The body it takes.
    fn body() -> Option<BodyDoc>;
}

macro_rules! handlers {
    ($($argument:ident)*) => {
        impl<F, A, M, $($argument,)*> Reads<A, (M, Who<A>, $($argument,)*)> for F
        where A: Access, F: Handler<(M, Who<A>, $($argument,)*), App> {}

        impl<F, A, B, M, $($argument,)*> Writes<A, (M, $($argument,)* Write<A, B>,)> for F
        where A: Access, B: Input, F: Handler<(M, $($argument,)* Write<A, B>,), App> {
            fn body() -> Option<BodyDoc> { B::described() }
        }
    };
}

handlers! {}
handlers! { T1 }
handlers! { T1 T2 }
handlers! { T1 T2 T3 }
handlers! { T1 T2 T3 T4 }

/// The routes being collected.
pub(crate) struct Routes {
    router: Router<App>,
    infos: Vec<Arc<RouteInfo>>,
    docs: Vec<(Arc<RouteInfo>, Doc)>,
}

impl Routes {
    pub(crate) fn new() -> Routes {
        Routes {
            router: Router::new(),
            infos: Vec::new(),
            docs: Vec::new(),
        }
    }

    /// Registers a read.
    pub(crate) fn get<A, T, H>(&mut self, path: &'static str, _: A, doc: Doc, handler: H)
    where
        A: Access,
        T: 'static,
        H: Reads<A, T>,
    {
        self.add::<A, T, H>(Method::GET, path, doc, handler);
    }

    /// Registers a POST.
    pub(crate) fn post<A, T, H>(&mut self, path: &'static str, access: A, doc: Doc, handler: H)
    where
        A: Access,
        T: 'static,
        H: Writes<A, T>,
    {
        self.write(Method::POST, path, access, doc, handler);
    }

    /// Registers any writing method.
    pub(crate) fn write<A, T, H>(&mut self, method: Method, path: &'static str, _: A, doc: Doc, handler: H)
    where
        A: Access,
        T: 'static,
        H: Writes<A, T>,
    {
        self.add::<A, T, H>(method, path, doc.body(H::body()), handler);
    }

    fn add<A, T, H>(&mut self, method: Method, path: &'static str, doc: Doc, handler: H)
    where
        A: Access,
        T: 'static,
        H: Handler<T, App>,
    {
        let class = doc.class.unwrap_or(if method.is_safe() { Class::Read } else { Class::Write });
        let info = self.info(method, path, A::NAME, class);
        self.docs.push((Arc::clone(&info), doc.access::<A>()));
        let Some(filter) = filter_of(&info.method) else { return };
        let call = move |State(app): State<App>, request: Request| {
            let (handler, info) = (handler.clone(), Arc::clone(&info));
            async move { shell::run(app, &info, request, |request, app| handler.call(request, app)).await }
        };
        self.router = std::mem::take(&mut self.router).route(path, on(filter, call));
    }

    fn info(&mut self, method: Method, path: &'static str, access: &'static str, class: Class) -> Arc<RouteInfo> {
        let info = Arc::new(RouteInfo {
            method,
            path,
            access,
            class,
            number: self.infos.len(),
        });
        self.infos.push(Arc::clone(&info));
        info
    }

    /// The finished router over the services.
    pub(crate) fn serve(mut self, services: Services, options: Options) -> Router {
        let unknown = self.info(Method::GET, "(unknown)", "open", Class::Probe);
        let method = self.info(Method::GET, "(method)", "open", Class::Probe);
        let pages = options.pages;
        let limit = DefaultBodyLimit::max(options.transfer_bytes.saturating_add(FRAME_BYTES));
        let app = App::new(services, options, &self.infos);
        let unknown: MethodRouter<App> = any(refusal(unknown, Code::NotFound, "没有这个地址;请对照接口说明。"));
        let refused = refusal(
            method,
            Code::MethodNotAllowed,
            "这个地址不支持所用的请求方法;支持的见响应头 Allow。",
        );
        let mut router = self.router.method_not_allowed_fallback(refused);
        router = router.route("/api", unknown.clone()).route("/api/{*rest}", unknown.clone());
        if !pages {
            router = router.fallback_service(unknown.with_state(app.clone()));
        }
        router.layer(limit).with_state(app)
    }

    /// The list that `routes.txt` is compared with.
    pub(crate) fn text(&self) -> String {
        let mut lines: Vec<String> = self
            .docs
            .iter()
            .map(|(it, _)| format!("{:<10} {:<6} {}\n", it.access, it.method.as_str(), it.path))
            .collect();
        lines.sort_by(|a, b| a.get(18..).cmp(&b.get(18..)).then_with(|| a.cmp(b)));
        lines.concat()
    }

    /// The API document.
    pub(crate) fn openapi(self) -> String {
        openapi::document(self.docs)
    }
}

type Refusal = std::pin::Pin<Box<dyn Future<Output = Response> + Send>>;

fn refusal(
    info: Arc<RouteInfo>,
    code: Code,
    detail: &'static str,
) -> impl Fn(State<App>, Request) -> Refusal + Clone + Send + Sync + 'static {
    move |State(app), request| {
        let info = Arc::clone(&info);
        Box::pin(async move {
            shell::run(app, &info, request, |_, _| async move {
                Problem(Fault::new(code, detail)).into_response()
            })
            .await
        })
    }
}

fn filter_of(method: &Method) -> Option<MethodFilter> {
    MethodFilter::try_from(method.clone()).ok()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn info(path: &'static str) -> RouteInfo {
        RouteInfo {
            method: Method::GET,
            path,
            access: "open",
            class: Class::Probe,
            number: 0,
        }
    }
}
