export { parseDuration, parseMinutes } from './check/duration.js';
export { type Grammar, type GrammarForm, grammars } from './check/grammars.js';
