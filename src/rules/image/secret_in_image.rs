use crate::live::{Engine, Image};
use crate::rules::check::Reporter;

pub fn check(_: &Engine, image: &Image, out: &mut Reporter<'_>) {
    // A default that is to be replaced is none; the container that runs with it is told.
    let secrets = image.environment.iter().enumerate().filter(|(_, variable)| variable.secret && !variable.guessable);
    for (index, variable) in secrets {
        out.report_fact(&image.pointer, &format!("/environment/{index}/name"))
            .value("name", image.shown_name())
            .value("variable", &variable.name)
            .emit();
    }
    // The same ENV once more is no news.
    let told = |created_by: &str| {
        image.environment.iter().any(|variable| variable.secret && created_by.contains(&format!("ENV {}=", variable.name)))
    };
    let layers = image.history.iter().enumerate().filter(|(_, layer)| layer.secret && !told(&layer.created_by));
    for (index, _) in layers {
        out.report_fact(&image.pointer, &format!("/history/{index}/created_by"))
            .variant("history")
            .value("name", image.shown_name())
            .emit();
    }
}
