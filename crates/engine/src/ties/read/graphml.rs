//! GraphML 1.0 (U. Brandes et al.): nodes, edges, and their data. Document types are refused and entities beyond XML's own five
//! are not known, so nothing can be expanded or fetched. Nested graphs, hyperedges and ports are refused rather than half read.

use super::{Collected, Limits, Named, ReadError, check, text, weight};
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use std::collections::HashMap;

/// Attributes that are strengths.
const WEIGHT: [&str; 3] = ["weight", "strength", "value"];
/// Deeper than any graph file; a bound for hostile ones.
const DEEP: usize = 32;

/// Reads a graph; a tie without data of its strength has strength 1.
pub fn read_graphml(bytes: &[u8], limits: Limits) -> Result<Named, ReadError> {
    let text = text(bytes)?;
    let mut document = Document {
        collected: Collected::new(limits),
        keys: HashMap::new(),
        attributes: HashMap::new(),
        edges: Vec::new(),
        open: Vec::new(),
        subject: Subject::Graph,
        data: None,
        graphs: 0,
    };
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut lines = Lines { text, at: 0, line: 1 };
    loop {
        let line = lines.to(reader.buffer_position() as usize);
        match reader.read_event().map_err(|error| ReadError::at(line, format!("not XML: {error}")))? {
            Event::Start(start) => document.start(&start, line)?,
            Event::End(_) => document.end(line)?,
            Event::Text(words) => document.add(&words.xml10_content(), line)?,
            Event::CData(words) => document.add(&words.xml10_content(), line)?,
            Event::GeneralRef(reference) => {
                let letter = reference.resolve_char_ref().ok().flatten().map(String::from);
                let known = letter.or_else(|| resolve_xml_entity(&reference).map(str::to_owned));
                let unknown = || ReadError::at(line, "entities other than XML's own are not read");
                document.add(&known.ok_or_else(unknown)?, line)?;
            }
            Event::DocType(_) => return Err(ReadError::at(line, "a document type is not read; remove the DOCTYPE")),
            Event::Eof if document.open.is_empty() && document.graphs == 1 => return document.finish(),
            Event::Eof if document.open.is_empty() => {
                return Err(ReadError::at(line, "there is no graph in this file"));
            }
            Event::Eof => return Err(ReadError::at(line, "the file ends in the middle; an element is not closed")),
            _ => {}
        }
    }
}

/// Counts lines as the reader goes on.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: usize,
}

impl Lines<'_> {
    fn to(&mut self, at: usize) -> usize {
        let passed = self.text.as_bytes().get(self.at..at).unwrap_or_default();
        self.line += passed.iter().filter(|byte| **byte == b'\n').count();
        self.at = at.max(self.at);
        self.line
    }
}

/// What data belongs to.
#[derive(Clone, Copy)]
enum Subject {
    Graph,
    Node(u32),
    /// Place among the edges.
    Edge(usize),
}

struct Edge {
    ends: [String; 2],
    weight: f32,
    line: usize,
}

struct Document {
    collected: Collected,
    /// Names of attributes by key.
    keys: HashMap<String, String>,
    attributes: HashMap<String, HashMap<u32, String>>,
    edges: Vec<Edge>,
    open: Vec<String>,
    subject: Subject,
    /// Key and text of the data being read.
    data: Option<(String, String)>,
    graphs: usize,
}

impl Document {
    fn start(&mut self, start: &BytesStart, line: usize) -> Result<(), ReadError> {
        let name: String = AsRef::<str>::as_ref(&start.local_name()).to_owned();
        if self.open.len() >= DEEP {
            return Err(ReadError::at(line, "elements are nested too deeply"));
        }
        match name.as_str() {
            "key" => {
                let (id, title) = (needed(start, "id", line)?, value(start, "attr.name", line)?);
                check(&id, "key", self.collected.limits, line)?;
                self.keys.insert(id.clone(), title.unwrap_or(id));
            }
            "graph" if self.graphs > 0 => return Err(ReadError::at(line, "more than one graph in a file is not read")),
            "graph" => self.graphs += 1,
            "node" => self.node(&needed(start, "id", line)?, line)?,
            "edge" => self.edge([needed(start, "source", line)?, needed(start, "target", line)?], line)?,
            "data" => self.data = Some((needed(start, "key", line)?, String::new())),
            "hyperedge" | "port" => return Err(ReadError::at(line, format!("<{name}> is not read"))),
            _ => {}
        }
        self.open.push(name);
        Ok(())
    }

    fn node(&mut self, id: &str, line: usize) -> Result<(), ReadError> {
        if self.collected.places.contains_key(id) {
            let shown: String = id.chars().take(40).collect();
            return Err(ReadError::at(line, format!("node “{shown}” is there twice")));
        }
        self.subject = Subject::Node(self.collected.place(id, line)?);
        Ok(())
    }

    fn edge(&mut self, ends: [String; 2], line: usize) -> Result<(), ReadError> {
        if self.edges.len() >= self.collected.limits.ties {
            return Err(ReadError::at(line, format!("more than {} ties", self.collected.limits.ties)));
        }
        self.subject = Subject::Edge(self.edges.len());
        self.edges.push(Edge { ends, weight: 1.0, line });
        Ok(())
    }

    fn add(&mut self, words: &str, line: usize) -> Result<(), ReadError> {
        let most = self.collected.limits.text;
        let Some((_, text)) = &mut self.data else { return Ok(()) };
        if text.len() + words.len() > most {
            return Err(ReadError::at(line, format!("the value is longer than {most} bytes")));
        }
        text.push_str(words);
        Ok(())
    }

    fn end(&mut self, line: usize) -> Result<(), ReadError> {
        match self.open.pop().as_deref() {
            Some("node" | "edge") => self.subject = Subject::Graph,
            Some("data") => {
                let Some((key, text)) = self.data.take() else { return Ok(()) };
                let name = self.keys.get(&key).cloned().unwrap_or(key);
                match self.subject {
                    Subject::Node(node) => drop(self.attributes.entry(name).or_default().insert(node, text)),
                    Subject::Edge(at) if WEIGHT.contains(&name.to_lowercase().as_str()) => {
                        self.edges[at].weight = weight(&text, line)?;
                    }
                    _ => {}
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Named, ReadError> {
        for edge in &self.edges {
            let place = |id: &String| {
                let shown: String = id.chars().take(40).collect();
                let unknown = || ReadError::at(edge.line, format!("there is no node “{shown}”"));
                self.collected.places.get(id).copied().ok_or_else(unknown)
            };
            let (a, b) = (place(&edge.ends[0])?, place(&edge.ends[1])?);
            self.collected.ties.push((a, b, edge.weight));
        }
        Ok(Named { attributes: self.attributes, ..self.collected.finish() })
    }
}

fn value(start: &BytesStart, name: &str, line: usize) -> Result<Option<String>, ReadError> {
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| ReadError::at(line, format!("not XML: {error}")))?;
        if AsRef::<str>::as_ref(&attribute.key) == name {
            let text = attribute.normalized_value(XmlVersion::Implicit1_0);
            let text = text.map_err(|error| ReadError::at(line, format!("not XML: {error}")))?;
            return Ok(Some(text.into_owned()));
        }
    }
    Ok(None)
}

fn needed(start: &BytesStart, name: &str, line: usize) -> Result<String, ReadError> {
    value(start, name, line)?.ok_or_else(|| ReadError::at(line, format!("attribute “{name}” is missing")))
}
