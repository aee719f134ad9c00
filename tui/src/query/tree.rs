//! Reads how the terms of a filter hang together: AND, OR, NOT and parentheses, as the server's reader does.

use std::ops::Range;

use super::{Context, MAX_TERMS, Node, Query, QueryError, QueryErrorKind, parse};

/// Deepest nesting of parentheses and NOTs.
const MAX_DEPTH: usize = 16;

/// A piece of a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    Open,
    Close,
    Not,
    And,
    Or,
    Term,
}

/// The pieces with their bytes, the last of which is followed by nothing.
fn tokens(text: &str) -> Result<Vec<(Token, Range<usize>)>, QueryError> {
    let mut tokens = Vec::new();
    let mut letters = text.char_indices().peekable();
    while let Some((start, letter)) = letters.next() {
        let end = start + letter.len_utf8();
        match letter {
            _ if letter.is_whitespace() => {}
            '(' | '（' => tokens.push((Token::Open, start..end)),
            ')' | '）' => tokens.push((Token::Close, start..end)),
            '!' | '！' => tokens.push((Token::Not, start..end)),
            _ => {
                let mut quote = (letter == '"').then_some(start);
                let mut end = end;
                while let Some((offset, letter)) = letters.peek().copied() {
                    let ends = letter.is_whitespace() || matches!(letter, '(' | ')' | '（' | '）');
                    if quote.is_none() && ends {
                        break;
                    }
                    if letter == '"' {
                        quote = if quote.is_some() { None } else { Some(offset) };
                    }
                    end = offset + letter.len_utf8();
                    letters.next();
                }
                if let Some(quote) = quote {
                    return Err(error(quote..text.len(), QueryErrorKind::QuoteOpen));
                }
                tokens.push((word(&text[start..end]), start..end));
            }
        }
    }
    Ok(tokens)
}

fn word(word: &str) -> Token {
    if word.eq_ignore_ascii_case("and") {
        Token::And
    } else if word.eq_ignore_ascii_case("or") {
        Token::Or
    } else if word.eq_ignore_ascii_case("not") {
        Token::Not
    } else {
        Token::Term
    }
}

fn error(range: Range<usize>, kind: QueryErrorKind) -> QueryError {
    QueryError { range, kind }
}

struct Reader<'a> {
    text: &'a str,
    context: &'a Context<'a>,
    tokens: Vec<(Token, Range<usize>)>,
    at: usize,
    depth: usize,
    query: Query,
}

/// Reads a filter.
pub(super) fn read(text: &str, context: &Context<'_>) -> Result<Query, QueryError> {
    let mut reader = Reader {
        text,
        context,
        tokens: tokens(text)?,
        at: 0,
        depth: 0,
        query: Query::default(),
    };
    if reader.tokens.is_empty() {
        return Ok(Query::default());
    }
    let root = reader.any()?;
    if let Some((_, range)) = reader.tokens.get(reader.at) {
        return Err(error(range.clone(), QueryErrorKind::NothingToClose));
    }
    reader.query.root = Some(root);
    Ok(reader.query)
}

impl Reader<'_> {
    fn peek(&self) -> Option<Token> {
        self.tokens.get(self.at).map(|(token, _)| *token)
    }

    /// The piece that comes next, or the end of the text.
    fn here(&self) -> Range<usize> {
        let end = self.text.len()..self.text.len();
        self.tokens
            .get(self.at)
            .map_or(end, |(_, range)| range.clone())
    }

    /// Alternatives; OR binds less than AND.
    fn any(&mut self) -> Result<Node, QueryError> {
        let mut nodes = vec![self.all()?];
        while self.peek() == Some(Token::Or) {
            self.at += 1;
            nodes.push(self.all()?);
        }
        Ok(single(nodes, Node::Any))
    }

    /// What must hold together, with AND or without a word.
    fn all(&mut self) -> Result<Node, QueryError> {
        let mut nodes = vec![self.one()?];
        loop {
            match self.peek() {
                Some(Token::And) => self.at += 1,
                Some(Token::Term | Token::Open | Token::Not) => {}
                _ => return Ok(single(nodes, Node::All)),
            }
            nodes.push(self.one()?);
        }
    }

    fn one(&mut self) -> Result<Node, QueryError> {
        let here = self.here();
        if self.depth >= MAX_DEPTH {
            return Err(error(here, QueryErrorKind::TooDeep));
        }
        match self.peek() {
            Some(Token::Not) => {
                self.at += 1;
                self.depth += 1;
                let node = self.one()?;
                self.depth -= 1;
                Ok(Node::Not(Box::new(node)))
            }
            Some(Token::Open) => {
                self.at += 1;
                self.depth += 1;
                let node = self.any()?;
                self.depth -= 1;
                if self.peek() != Some(Token::Close) {
                    return Err(error(here, QueryErrorKind::NotClosed));
                }
                self.at += 1;
                Ok(node)
            }
            Some(Token::Term) => {
                if self.query.terms.len() == MAX_TERMS {
                    let rest = here.start..self.text.len();
                    return Err(error(rest, QueryErrorKind::TooManyTerms));
                }
                self.at += 1;
                let term = parse::term(self.text, here, self.context)?;
                self.query.terms.push(term);
                Ok(Node::Term(self.query.terms.len() - 1))
            }
            // Nothing, or a word that joins nothing.
            _ => Err(error(here, QueryErrorKind::TermMissing)),
        }
    }
}

fn single(mut nodes: Vec<Node>, join: fn(Vec<Node>) -> Node) -> Node {
    match nodes.pop() {
        Some(node) if nodes.is_empty() => node,
        Some(node) => {
            nodes.push(node);
            join(nodes)
        }
        None => join(nodes),
    }
}
