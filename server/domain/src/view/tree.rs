//! Reads how the terms of a filter hang together: AND, OR, NOT, parentheses; and writes it back.

use std::fmt;

use super::FilterError;
use super::parse;
use super::term::Term;
use crate::limits::{MAX_FILTER_CHARS, MAX_FILTER_DEPTH, MAX_FILTER_TERMS};

/// A filter as a tree. `All` of nothing holds for everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    Term(Term),
}

impl Node {
    /// Shows every term, in the order of the text.
    pub(super) fn each_term(&self, visit: &mut dyn FnMut(&Term)) {
        match self {
            Self::All(nodes) | Self::Any(nodes) => {
                nodes.iter().for_each(|node| node.each_term(visit));
            }
            Self::Not(node) => node.each_term(visit),
            Self::Term(term) => visit(term),
        }
    }

    /// Whether some term is so.
    pub(super) fn has_term(&self, test: &dyn Fn(&Term) -> bool) -> bool {
        match self {
            Self::All(nodes) | Self::Any(nodes) => nodes.iter().any(|node| node.has_term(test)),
            Self::Not(node) => node.has_term(test),
            Self::Term(term) => test(term),
        }
    }

    /// Whether it holds, given what each term says.
    pub(super) fn holds(&self, term_holds: &dyn Fn(&Term) -> bool) -> bool {
        match self {
            Self::All(nodes) => nodes.iter().all(|node| node.holds(term_holds)),
            Self::Any(nodes) => nodes.iter().any(|node| node.holds(term_holds)),
            Self::Not(node) => !node.holds(term_holds),
            Self::Term(term) => term_holds(term),
        }
    }
}

/// Writes a filter so that reading it gives the same tree.
impl fmt::Display for Node {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |formatter: &mut fmt::Formatter<'_>, nodes: &[Self], between: &str| {
            for (index, node) in nodes.iter().enumerate() {
                formatter.write_str(if index == 0 { "" } else { between })?;
                match node {
                    // What stands for one thing needs no parentheses.
                    Self::Term(_) | Self::Not(_) => write!(formatter, "{node}")?,
                    // AND binds closer than OR.
                    Self::All(_) if between != " " => write!(formatter, "{node}")?,
                    _ => write!(formatter, "({node})")?,
                }
            }
            Ok(())
        };
        match self {
            Self::All(nodes) => list(formatter, nodes, " "),
            Self::Any(nodes) => list(formatter, nodes, " or "),
            Self::Not(node) => match **node {
                Self::Term(_) | Self::Not(_) => write!(formatter, "!{node}"),
                _ => write!(formatter, "!({node})"),
            },
            Self::Term(term) => formatter.write_str(&term.text),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'a> {
    Open,
    Close,
    Bang,
    And,
    Or,
    Not,
    Word(&'a str),
}

/// A token and the byte at which it begins.
type Placed<'a> = (usize, Token<'a>);

/// The tree of a text.
pub(super) fn read(text: &str) -> Result<Node, FilterError> {
    if text.chars().count() > MAX_FILTER_CHARS {
        let problem = format!("a filter has at most {MAX_FILTER_CHARS} characters");
        return Err(FilterError::new(0, problem));
    }
    let mut reader = Reader {
        tokens: tokens(text)?,
        next: 0,
        terms: 0,
        end: text.len(),
    };
    if reader.tokens.is_empty() {
        return Ok(Node::All(Vec::new()));
    }
    let node = reader.any(0)?;
    match reader.peek() {
        None => Ok(node),
        Some((position, _)) => Err(FilterError::new(
            position,
            "there is no '(' that this ')' closes; put it in quotes to look for it",
        )),
    }
}

const fn is_quote(character: char) -> bool {
    matches!(character, '"' | '“' | '”')
}

/// Cuts a text into tokens. Spaces and parentheses within quotes belong to their word, and so do parentheses within a word:
/// `acme(us)`.
fn tokens(text: &str) -> Result<Vec<Placed<'_>>, FilterError> {
    let mut tokens = Vec::new();
    let mut characters = text.char_indices().peekable();
    while let Some((start, character)) = characters.next() {
        let token = match character {
            '(' | '（' => Token::Open,
            ')' | '）' => Token::Close,
            '!' | '！' => {
                let after = start + character.len_utf8();
                if characters
                    .peek()
                    .is_none_or(|(_, next)| next.is_whitespace())
                {
                    return Err(FilterError::new(after, "a term must follow the '!'"));
                }
                Token::Bang
            }
            space if space.is_whitespace() => continue,
            _ => {
                let mut quote = is_quote(character).then_some(start);
                let mut inner = 0_usize;
                let mut end = start + character.len_utf8();
                while let Some(&(at, next)) = characters.peek() {
                    if is_quote(next) {
                        quote = quote.is_none().then_some(at);
                    } else if quote.is_none() {
                        match next {
                            '(' | '（' => inner += 1,
                            ')' | '）' if inner > 0 => inner -= 1,
                            ')' | '）' => break,
                            space if space.is_whitespace() => break,
                            _ => {}
                        }
                    }
                    end = at + next.len_utf8();
                    characters.next();
                }
                if let Some(position) = quote {
                    return Err(FilterError::new(position, "the quote is not closed"));
                }
                match &text[start..end] {
                    word if word.eq_ignore_ascii_case("or") => Token::Or,
                    word if word.eq_ignore_ascii_case("and") => Token::And,
                    word if word.eq_ignore_ascii_case("not") => Token::Not,
                    word => Token::Word(word),
                }
            }
        };
        tokens.push((start, token));
    }
    Ok(tokens)
}

struct Reader<'a> {
    tokens: Vec<Placed<'a>>,
    next: usize,
    terms: usize,
    /// Where the text ends.
    end: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<Placed<'a>> {
        self.tokens.get(self.next).copied()
    }

    fn next_is(&self, token: Token) -> bool {
        self.peek().is_some_and(|(_, next)| next == token)
    }

    /// Alternatives: `a b or c`.
    fn any(&mut self, depth: usize) -> Result<Node, FilterError> {
        let mut nodes = vec![self.all(depth)?];
        while self.next_is(Token::Or) {
            self.next += 1;
            nodes.push(self.all(depth)?);
        }
        Ok(one_or(nodes, Node::Any))
    }

    /// What must hold together: `a b`, `a and b`.
    fn all(&mut self, depth: usize) -> Result<Node, FilterError> {
        let mut nodes = vec![self.one(depth)?];
        loop {
            match self.peek() {
                None | Some((_, Token::Close | Token::Or)) => break,
                Some((_, Token::And)) => {
                    self.next += 1;
                    nodes.push(self.one(depth)?);
                }
                Some(_) => nodes.push(self.one(depth)?),
            }
        }
        Ok(one_or(nodes, Node::All))
    }

    fn one(&mut self, depth: usize) -> Result<Node, FilterError> {
        let Some((position, token)) = self.peek() else {
            return Err(FilterError::new(self.end, MISSING));
        };
        if depth > MAX_FILTER_DEPTH {
            let problem = format!(
                "a filter has at most {MAX_FILTER_DEPTH} parentheses and NOTs inside each other"
            );
            return Err(FilterError::new(position, problem));
        }
        match token {
            Token::Word(text) => {
                if self.terms == MAX_FILTER_TERMS {
                    let problem = format!("a filter has at most {MAX_FILTER_TERMS} terms");
                    return Err(FilterError::new(position, problem));
                }
                self.terms += 1;
                self.next += 1;
                parse::term(position, text).map(Node::Term)
            }
            Token::Bang | Token::Not => {
                self.next += 1;
                Ok(Node::Not(Box::new(self.one(depth + 1)?)))
            }
            Token::Open => {
                self.next += 1;
                let node = self.any(depth + 1)?;
                if !self.next_is(Token::Close) {
                    return Err(FilterError::new(position, "the parenthesis is not closed"));
                }
                self.next += 1;
                Ok(node)
            }
            Token::Close | Token::And | Token::Or => Err(FilterError::new(position, MISSING)),
        }
    }
}

const MISSING: &str =
    "a term is missing here; 'and', 'or' and 'not' stand in quotes to be looked for themselves";

fn one_or(mut nodes: Vec<Node>, many: impl FnOnce(Vec<Node>) -> Node) -> Node {
    if nodes.len() == 1
        && let Some(only) = nodes.pop()
    {
        return only;
    }
    many(nodes)
}
