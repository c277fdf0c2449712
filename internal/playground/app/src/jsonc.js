// JSON with comments, as the editors of variables and headers hold it. GraphiQL's
// own module formats it by a JavaScript parser of half a megabyte.
import { applyEdits, format, parse, printParseErrorCode } from 'jsonc-parser'

/** formatJSONC lays the text out anew. */
export async function formatJSONC(content) {
  return applyEdits(content, format(content, undefined, { insertSpaces: true, tabSize: 2 }))
}

/** parseJSONC reads the text; it throws a SyntaxError that says where it is wrong. */
export function parseJSONC(content) {
  const errors = []
  const parsed = parse(content, errors, { allowTrailingComma: true, allowEmptyContent: true })
  if (errors.length === 0) return parsed
  const lines = content.slice(0, errors[0].offset).split('\n')
  throw new SyntaxError(`${printParseErrorCode(errors[0].error)} at line ${lines.length}, column ${lines.at(-1).length + 1}`)
}

/** tryParseJSONC reads an object; undefined when the text holds nothing. */
export function tryParseJSONC(json = '') {
  let parsed
  try {
    parsed = parseJSONC(json)
  } catch (error) {
    throw new Error(`are invalid JSON: ${error.message}.`)
  }
  if (!parsed) return undefined
  if (typeof parsed !== 'object' || Array.isArray(parsed)) throw new TypeError('are not a JSON object.')
  return parsed
}
