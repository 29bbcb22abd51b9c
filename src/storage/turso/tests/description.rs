//! Checks a request and its response against an OpenAPI 3.0 description. It is stricter than the document: a field that the
//! document does not name is refused, so that a typing error does not pass as an extra field.

use double::turso::Exchange;
use jsonschema::Draft;
use serde_json::{Map, Value, json};

pub(super) struct Description(Value);

impl Description {
    pub(super) fn new(mut document: Value) -> Self {
        close(&mut document);
        Self(document)
    }

    /// Returns the operation, or what is wrong with the request or its response.
    pub(super) fn judge(&self, exchange: &Exchange) -> Result<String, String> {
        let (template, item) = self.path(&exchange.path).ok_or("no such path")?;
        let operation = item.get(exchange.method.to_lowercase()).ok_or(format!("no such method of {template}"))?;
        self.judge_query(operation, item, &exchange.query)?;
        self.judge_body(operation, &exchange.body)?;
        self.judge_answer(operation, exchange)?;
        Ok(format!("{} {template}", exchange.method))
    }

    /// The template that a path matches. If several match, the one with the fewest variables.
    fn path(&self, path: &str) -> Option<(&str, &Value)> {
        let follows = |template: &str| {
            let (given, wanted): (Vec<_>, Vec<_>) = (path.split('/').collect(), template.split('/').collect());
            let equal =
                |(given, wanted): (&&str, &&str)| given == wanted || (wanted.starts_with('{') && !given.is_empty());
            given.len() == wanted.len() && given.iter().zip(&wanted).all(equal)
        };
        let all = self.0["paths"].as_object()?.iter().filter(|(template, _)| follows(template));
        all.min_by_key(|(template, _)| template.matches('{').count()).map(|(template, item)| (template.as_str(), item))
    }

    fn judge_query(&self, operation: &Value, item: &Value, query: &str) -> Result<(), String> {
        let all = [operation, item].map(|it| it["parameters"].as_array().cloned().unwrap_or_default()).concat();
        let known: Vec<_> = all.iter().map(|it| self.resolve(it)).filter(|it| it["in"] == "query").collect();
        let given = reqwest::Url::parse(&format!("http://x/?{query}")).unwrap();
        for (name, value) in given.query_pairs() {
            let parameter = known.iter().find(|it| it["name"] == *name).ok_or(format!("no parameter {name}"))?;
            self.judge_value(&parameter["schema"], &json!(value)).map_err(|why| format!("parameter {name}: {why}"))?;
        }
        let has = |name: &Value| given.query_pairs().any(|(given, _)| *name == *given);
        let missing = known.iter().find(|it| it["required"] == true && !has(&it["name"]));
        missing.map_or(Ok(()), |it| Err(format!("parameter {} is missing", it["name"])))
    }

    fn judge_body(&self, operation: &Value, body: &Value) -> Result<(), String> {
        let described = self.resolve(&operation["requestBody"]);
        match (body.is_null(), described.is_null()) {
            (true, _) if described["required"] == true => Err("the body is missing".into()),
            (true, _) => Ok(()),
            (false, true) => Err("there should be no body".into()),
            (false, false) => {
                let schema = &described["content"]["application/json"]["schema"];
                self.judge_value(schema, body).map_err(|why| format!("body: {why}"))
            }
        }
    }

    fn judge_answer(&self, operation: &Value, exchange: &Exchange) -> Result<(), String> {
        let status = exchange.status.to_string();
        let answer = operation["responses"].get(&status).ok_or(format!("{status} is not described"))?;
        let schema = &self.resolve(answer)["content"]["application/json"]["schema"];
        if schema.is_null() {
            return Err(format!("{status} has no body described"));
        }
        self.judge_value(schema, &exchange.answer).map_err(|why| format!("answer {status}: {why}"))
    }

    fn judge_value(&self, schema: &Value, value: &Value) -> Result<(), String> {
        let mut root = schema.as_object().cloned().unwrap_or_default();
        root.insert("components".into(), self.0["components"].clone());
        let validator = jsonschema::options().with_draft(Draft::Draft4).build(&Value::Object(root)).unwrap();
        let all: Vec<_> = validator.iter_errors(value).map(|it| format!("{}: {it}", it.instance_path())).collect();
        if all.is_empty() { Ok(()) } else { Err(all.join("; ")) }
    }

    /// The value that a `$ref` points to, or the value itself.
    fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        let pointer = value["$ref"].as_str().and_then(|it| it.strip_prefix('#'));
        pointer.map_or(value, |pointer| self.0.pointer(pointer).unwrap())
    }
}

/// Converts OpenAPI schemas to JSON schemas: `nullable` becomes a type, and objects may have only the fields that they name.
fn close(value: &mut Value) {
    if let Value::Object(object) = value {
        let is_schema = object.get("type").is_some_and(Value::is_string);
        if is_schema && object.get("properties").is_some_and(Value::is_object) {
            object.entry("additionalProperties").or_insert(json!(false));
        }
        if is_schema && object.get("nullable") == Some(&json!(true)) {
            allow_null(object);
        }
        object.values_mut().for_each(close);
    } else if let Value::Array(all) = value {
        all.iter_mut().for_each(close);
    }
}

fn allow_null(schema: &mut Map<String, Value>) {
    schema["type"] = json!([schema["type"], "null"]);
}
