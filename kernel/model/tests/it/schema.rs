use yiwang_model::{Kind, json_schema};

#[test]
fn every_kind_has_a_closed_schema() {
    for kind in Kind::ALL {
        let schema = json_schema(*kind);
        assert_eq!(schema["additionalProperties"], false, "{kind:?}");
        assert_eq!(schema["properties"]["format"]["const"], 1, "{kind:?}");
        assert!(
            schema["required"]
                .as_array()
                .is_some_and(|it| it.iter().any(|it| it == "format")),
            "{kind:?}"
        );
    }
    let register = json_schema(Kind::Register);
    let field = &register["properties"]["fields"]["items"];
    assert_eq!(field["additionalProperties"], false);
    assert!(
        field["properties"]["type"]["enum"]
            .as_array()
            .is_some_and(|it| it.len() == 18)
    );
}
