// The example payloads that the clients' own packages hold: in READMEs and in the comments of their
// types. They are read from what is installed, so that a new version brings its own.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Fenced blocks of a text, comment stars taken away: [{language, code}]. */
function fences(text) {
  const plain = text.replace(/^[ \t]*\* ?/gm, '');
  return [...plain.matchAll(/^[ \t]*```(\w*)[^\n]*\n([\s\S]*?)^[ \t]*```/gm)].map((found) => ({
    language: found[1],
    code: found[2],
  }));
}

function* filesBelow(folder, wanted) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path, wanted);
    else if (wanted(path)) yield path;
  }
}

/** The text of the bracket that opens at `start`, or nothing where it is never closed. */
function bracketed(code, start) {
  let depth = 0;
  for (let i = start; i < code.length; i++) {
    const c = code[i];
    if (c === "'" || c === '"' || c === '`') {
      for (i++; i < code.length && code[i] !== c; i++) if (code[i] === '\\') i++;
    } else if ('([{'.includes(c)) depth++;
    else if (')]}'.includes(c) && --depth === 0) return code.slice(start, i + 1);
  }
  return undefined;
}

/** First arguments of the calls whose name ends with one of `calls`, as JavaScript. */
function* argumentsOf(code, calls) {
  for (const call of calls) {
    for (let at = code.indexOf(call + '('); at >= 0; at = code.indexOf(call + '(', at + 1)) {
      const open = code.slice(at + call.length + 1).match(/^\s*\{/);
      if (open) yield bracketed(code, at + call.length + open[0].length);
    }
  }
}

/** `const name: Type = {...}` in front of a call, so that the call may use the name. */
function constants(code, scope) {
  const known = { ...scope };
  for (const found of code.matchAll(/const (\w+)(?:: [\w.]+)? = \{/g)) {
    const start = found.index + found[0].length - 1;
    const end = code.slice(start).search(/^ *\};/m);
    // Some examples lack the last bracket.
    for (const text of [bracketed(code, start), code.slice(start, start + end) + '}}'])
      try {
        if (text) known[found[1]] ??= evaluate(text, known);
      } catch {
        // Not a value; a call that uses the name fails below and is reported.
      }
  }
  return known;
}

function evaluate(text, scope) {
  const names = Object.keys(scope).filter((name) => /^\w+$/.test(name) && name !== 'default');
  const run = (code) =>
    new Function(...names, `return (${code});`)(...names.map((name) => scope[name]));
  try {
    return run(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // Some examples lack a comma between two members.
    return run(text.replace(/(['"\w}\]])(\s*\n\s*\w+:)/g, '$1,$2'));
  }
}

/**
 * {payloads: [{from, body}], unreadable: [{from, why}], json: [{from, value}]} of a package: what
 * its examples pass to `calls`, and its fenced JSON. `scope` holds the names that examples import.
 */
export function examplesOf(packageName, calls, scope) {
  const root = new URL(`./node_modules/${packageName}`, import.meta.url).pathname;
  const result = { payloads: [], unreadable: [], json: [] };
  const seen = new Set();
  const wanted = (path) =>
    !path.includes('/node_modules/', root.length) &&
    (path.endsWith('.d.ts') || (path.endsWith('.md') && !path.endsWith('CHANGELOG.md')));
  for (const path of filesBelow(root, wanted)) {
    const from = path.slice(root.length + 1);
    for (const { language, code } of fences(readFileSync(path, 'utf8'))) {
      if (seen.has(code)) continue;
      seen.add(code);
      if (language === 'json') {
        result.json.push({ from, value: JSON.parse(code) });
        continue;
      }
      for (const text of argumentsOf(code, calls)) {
        try {
          result.payloads.push({ from, body: evaluate(text, constants(code, scope)) });
        } catch (error) {
          result.unreadable.push({ from, why: String(error), text });
        }
      }
    }
  }
  return result;
}
