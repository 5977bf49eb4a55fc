//! Words of a report: as residents write, or short as a collector does.

use serde_json::{Map, Value as Json, json};

use super::Writer;
use crate::ground::Spot;
use crate::script::Facts;

impl Writer<'_, '_> {
    /// Title and description.
    pub(super) fn words(&mut self, facts: &Facts, spot: Spot) -> Map<String, Json> {
        let file = self.town.file;
        let text = file
            .texts
            .iter()
            .find(|it| it.class == facts.class)
            .or_else(|| file.texts.iter().find(|it| it.class == "other"));
        let title = text.map_or("城市管理问题", |it| it.title.as_str());
        let own = matches!(facts.source.as_str(), "collector" | "video" | "inspection");
        let choices = if own {
            Some(&file.collector_texts)
        } else {
            text.map(|it| &it.texts)
        };
        let template = choices.and_then(|it| self.draw.pick(it)).cloned().unwrap_or_default();
        let title = if own {
            self.filled("{street}{class}", facts, spot)
        } else {
            self.filled(title, facts, spot)
        };
        let description = self.filled(&template, facts, spot);
        let mut fields = Map::new();
        fields.insert("title".to_owned(), json!(title.chars().take(100).collect::<String>()));
        fields.insert("description".to_owned(), json!(description));
        fields
    }

    /// Name and phone as far as the reporter gives them.
    pub(super) fn person(&mut self, fields: &mut Map<String, Json>, source: &str) {
        if !matches!(source, "portal" | "hotline" | "site_message" | "complaint" | "mayor_line") {
            return;
        }
        let rule = &self.town.file.cases.reporter;
        if self.draw.chance(rule.named) {
            let name = format!("{}{}", self.word("surname"), self.word("salutation"));
            fields.insert("reporter_name".to_owned(), json!(name));
        }
        if self.draw.chance(rule.phone) {
            let range = usize::try_from(rule.phones.until.saturating_sub(rule.phones.from)).unwrap_or(1);
            let number = rule.phones.from + u64::try_from(self.draw.below(range + 1)).unwrap_or(0);
            fields.insert("reporter_phone".to_owned(), json!(number.to_string()));
            let allowed = self.draw.chance(rule.contact_allowed);
            fields.insert("contact_allowed".to_owned(), json!(allowed));
        }
    }

    fn word(&mut self, slot: &str) -> String {
        self.town
            .file
            .words
            .get(slot)
            .and_then(|it| self.draw.pick(it))
            .cloned()
            .unwrap_or_default()
    }

    /// A text with its slots filled from the place or the lists of words.
    fn filled(&mut self, template: &str, facts: &Facts, spot: Spot) -> String {
        let mut text = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            let Some((slot, behind)) = after.split_once('}') else { break };
            text.push_str(&self.slot(slot, facts, spot));
            rest = behind;
        }
        text.push_str(rest);
        text
    }

    fn slot(&mut self, slot: &str, facts: &Facts, spot: Spot) -> String {
        let town = self.town;
        match slot {
            "street" => town.nearest_address(spot).map(|it| it.street.clone()).unwrap_or_default(),
            "number" => town.nearest_address(spot).map(|it| it.number.to_string()).unwrap_or_default(),
            "community" => {
                let code = town.ground.cell_at(spot).map(|it| it.division).unwrap_or_default();
                town.divisions.get(&code).cloned().unwrap_or(code)
            }
            "class" => town.classes.get(&facts.class).cloned().unwrap_or_else(|| facts.class.clone()),
            _ => self.word(slot),
        }
    }
}
