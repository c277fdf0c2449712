// Variables for an example: what was found for those that say what they are
// about, and a plain value of its type for any other that is needed.
import {
  GraphQLEnumType, GraphQLInputObjectType, getNamedType, getNullableType, isListType, isNonNullType, isRequiredInputField, parse, typeFromAST,
} from 'graphql'
import { atRisk } from './found.js'

/** What is asked for beyond what an operation needs. */
const chosen = {
  StudentList: (found) => (found.atRisk ? { ...atRisk, first: 10 } : { first: 10 }),
}

/** What an input takes beyond the fields that its type says are needed. */
const filled = {
  LogContactInput: { summary: 'Called home about the absences; they will ring back tomorrow.' },
}

/** variablesFor gives the variables, and in `missing` what would be needed and is not within reach. */
export function variablesFor(example, schema, found) {
  const missing = new Set()
  const [operation] = parse(example.document).definitions
  const values = { ...chosen[example.name]?.(found) }
  for (const { variable, type, defaultValue } of operation.variableDefinitions) {
    const name = variable.name.value
    const wanted = typeFromAST(schema, type)
    if (name in values || defaultValue || !isNonNullType(wanted)) continue
    values[name] = valueFor(name, wanted, { example, found, missing })
  }
  return { values, missing: [...missing] }
}

function valueFor(name, type, about) {
  const inner = getNullableType(type)
  if (isListType(inner)) return [valueFor(name.replace(/s$/, ''), inner.ofType, about)]
  const named = getNamedType(inner)
  if (named instanceof GraphQLEnumType) return named.getValues()[0].name
  if (named instanceof GraphQLInputObjectType) {
    const needed = Object.values(named.getFields()).filter(isRequiredInputField)
    return { ...Object.fromEntries(needed.map((field) => [field.name, valueFor(field.name, field.type, about)])), ...filled[named.name] }
  }
  if (named.name === 'ID') return idFor(name, about)
  return scalarFor(name, named.name, about)
}

/** What an id is of, by the name of its variable or field. */
const idOf = {
  studentId: 'student',
  schoolId: 'school',
  flagId: 'flag',
  runId: 'run',
  staffId: 'viewer',
  ownerId: 'viewer',
  advocateId: 'advocate',
  mentorId: 'viewer',
}

function idFor(name, { example, found, missing }) {
  const kind = idOf[name] ?? (/\bon School\b/.test(example.document) ? 'school' : 'student')
  if (!found[kind]) missing.add(kind === 'run' ? 'import run' : kind)
  return found[kind] ?? ''
}

function scalarFor(name, type, { found }) {
  const now = new Date().toISOString()
  switch (type) {
    case 'Int':
      return name === 'schoolYear' ? found.schoolYear : 1
    case 'Float':
      return 1
    case 'Boolean':
      return true
    case 'Date':
      return now.slice(0, 10)
    case 'DateTime':
      return now.replace(/\.\d+/, '')
    default:
      return 'An example'
  }
}
