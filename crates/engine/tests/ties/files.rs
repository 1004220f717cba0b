//! Graphs from files, good and bad.

use engine::ties::read::{Limits, read_csv, read_graphml, read_groups};
use proptest::prelude::*;

fn csv(text: &str) -> Result<(Vec<String>, usize), String> {
    read_csv(text.as_bytes(), None, Limits::default())
        .map(|named| (named.ids, named.graph.edges()))
        .map_err(|error| error.to_string())
}

fn graphml(inside: &str) -> Result<(Vec<String>, usize), String> {
    let text = format!(
        "<?xml version=\"1.0\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n{inside}\n</graphml>"
    );
    read_graphml(text.as_bytes(), Limits::default())
        .map(|named| (named.ids, named.graph.edges()))
        .map_err(|error| error.to_string())
}

#[test]
fn edge_lists_are_read_with_and_without_headings() {
    let ids = ["京大", "KRP"].map(str::to_owned).to_vec();
    assert_eq!(csv("京大,KRP,0.5\nKRP,京大,1\n"), Ok((ids.clone(), 1)));
    assert_eq!(csv("\u{feff}weight;target;source\n2;KRP;京大\n"), Ok((ids.clone(), 1)));
    assert_eq!(csv("始点\t終点\n京大\tKRP\n"), Ok((ids, 1)));
    assert_eq!(csv(""), Ok((Vec::new(), 0)));
    let named = read_csv(b"a,b,0.5\nb,a,0.25\na,a,1\n", None, Limits::default()).unwrap();
    assert_eq!((named.graph.strength(0, 1), named.graph.loops, named.graph.merged), (Some(0.75), 1, 1));
}

#[test]
fn a_bad_edge_list_is_told_with_its_line() {
    assert_eq!(csv("a,b,1\na,c,much\n"), Err("line 2: “much” is not a strength; write a number above 0".to_owned()));
    assert_eq!(csv("a,b,1\n\"x\ny\",b,-1\n"), Err("line 2: “-1” is not a strength; write a number above 0".to_owned()));
    assert_eq!(csv("a,b\na,\n"), Err("line 2: the identifier is empty".to_owned()));
    let known = ["a".to_owned(), "b".to_owned()];
    let error = read_csv(b"a,b\na,z\n", Some(&known), Limits::default()).map(|_| ()).unwrap_err();
    assert_eq!(error.to_string(), "line 2: “z” is not among the known nodes");
    let error = read_csv(b"a,b\n\xff,b\n", None, Limits::default()).map(|_| ()).unwrap_err();
    assert_eq!(error.to_string(), "line 2: not UTF-8 text; save the file as UTF-8");
    let limits = Limits { nodes: 2, ties: 9, text: 5 };
    assert_eq!(read_csv(b"a,b\nc,a\n", None, limits).map(|_| ()).unwrap_err().to_string(), "line 2: more than 2 nodes");
    let long = read_csv(b"abcdef,b\n", None, limits).map(|_| ()).unwrap_err();
    assert_eq!(long.to_string(), "line 1: the identifier is longer than 5 bytes");
}

#[test]
fn groups_are_read() {
    let groups = read_groups("id,group\na,lab\nb,firm\n".as_bytes(), Limits::default()).unwrap();
    assert_eq!((groups.len(), groups["a"].as_str()), (2, "lab"));
}

#[test]
fn graphml_is_read_with_strengths_and_attributes() {
    let text = "<graphml><key id=\"k\" for=\"edge\" attr.name=\"weight\"/><key id=\"s\" for=\"node\" attr.name=\"sector\"/>\
        <graph edgedefault=\"undirected\"><node id=\"a &amp; b\"><data key=\"s\">lab &#x26; more</data></node><node id=\"c\"/>\
        <edge source=\"a &amp; b\" target=\"c\"><data key=\"k\">0.25</data></edge></graph></graphml>";
    let named = read_graphml(text.as_bytes(), Limits::default()).unwrap();
    assert_eq!(named.ids, ["a & b", "c"]);
    assert_eq!(named.graph.strength(0, 1), Some(0.25));
    assert_eq!(named.attributes["sector"][&0], "lab & more");
}

#[test]
fn bad_graphml_is_told_with_its_line() {
    let graph = |inside: &str| graphml(&format!("<graph>\n{inside}</graph>"));
    assert_eq!(
        graph("<node id=\"a\"/>\n<edge source=\"a\" target=\"z\"/>"),
        Err("line 5: there is no node “z”".to_owned())
    );
    assert_eq!(graph("<node id=\"a\"/><node id=\"a\"/>"), Err("line 4: node “a” is there twice".to_owned()));
    assert_eq!(graph("<node/>"), Err("line 4: attribute “id” is missing".to_owned()));
    assert_eq!(graph("<hyperedge/>"), Err("line 4: <hyperedge> is not read".to_owned()));
    assert_eq!(
        graphml("<graph></graph><graph></graph>"),
        Err("line 3: more than one graph in a file is not read".to_owned())
    );
    assert_eq!(graphml(""), Err("line 4: there is no graph in this file".to_owned()));
    assert_eq!(graph(&"<x>".repeat(40)), Err("line 4: elements are nested too deeply".to_owned()));
}

#[test]
fn entities_are_never_expanded() {
    let bomb = "<!DOCTYPE g [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>\n<graphml><graph><node id=\"&b;\"/></graph></graphml>";
    let error = read_graphml(bomb.as_bytes(), Limits::default()).map(|_| ()).unwrap_err();
    assert_eq!(error.to_string(), "line 1: a document type is not read; remove the DOCTYPE");
    let inside = "<graph><node id=\"a\"><data key=\"k\">&b;</data></node></graph>";
    assert_eq!(graphml(inside), Err("line 3: entities other than XML's own are not read".to_owned()));
    assert!(graphml("<graph><node id=\"&b;\"/></graph>").is_err());
}

proptest! {
    #[test]
    fn no_bytes_break_a_reader(bytes in prop::collection::vec(any::<u8>(), 0..200), text in "[<>/a-z\"=& ;!\\[\\]\n,0-9-]{0,200}") {
        for bytes in [bytes.as_slice(), text.as_bytes()] {
            let _ = read_csv(bytes, None, Limits::default());
            let _ = read_graphml(bytes, Limits::default());
            let _ = read_groups(bytes, Limits::default());
        }
    }
}
