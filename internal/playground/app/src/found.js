// What the examples can be about: found through the API itself, as the persona
// who asks, so that it is within their reach.
import { ask, askFor } from './session.js'

const findStudent = /* GraphQL */ `
  query FindStudent($filter: StudentFilter, $orderBy: StudentOrder) {
    district {
      students(first: 1, filter: $filter, orderBy: $orderBy) {
        nodes { id school { id name } enrollments { schoolYear } risk { flags { id } } }
      }
    }
  }`

const findSchool = /* GraphQL */ `
  query FindSchool {
    viewer { id }
    district { schools(first: 1) { nodes { id } } importRuns(first: 1) { nodes { id } } }
  }`

/** atRisk asks for the students who are falling off track, the most absent first. */
export const atRisk = {
  filter: { riskLevels: ['AT_RISK', 'CRITICAL'] },
  orderBy: { field: 'ABSENT_DAYS', direction: 'DESC' },
}

/** findForExamples finds a student, a school and the like; what is not within reach is undefined. */
export async function findForExamples(people, person) {
  const [risky, others] = await Promise.all([firstStudent(atRisk), ask({ query: findSchool })])
  const student = risky ?? (await firstStudent({}))
  const year = Math.max(...(student?.enrollments ?? []).map(({ schoolYear }) => schoolYear))
  return {
    atRisk: risky !== undefined,
    student: student?.id,
    flag: student?.risk?.flags?.[0]?.id,
    school: student?.school?.id ?? others.data?.district?.schools?.nodes[0]?.id,
    run: others.data?.district?.importRuns?.nodes[0]?.id,
    viewer: others.data?.viewer?.id,
    advocate: await anAdvocate(people, person, student?.school?.name),
    schoolYear: Number.isFinite(year) ? year : schoolYearOf(new Date()),
  }
}

async function firstStudent(variables) {
  const { data, errors } = await ask({ query: findStudent, variables })
  return errors ? undefined : data?.district?.students?.nodes[0]
}

/** anAdvocate gives the id of a persona of the same district who may have students of the school assigned. */
async function anAdvocate(people, { district }, name) {
  const advocate = people.find((one) => one.district === district && one.roles.some(({ role, school }) => role === 'ADVOCATE' && (!school || school === name)))
  return advocate && (await askFor(advocate, '{ viewer { id } }')).data?.viewer?.id
}

/** schoolYearOf gives the year in which the day's school year ends; it begins in July. */
function schoolYearOf(day) {
  return day.getMonth() >= 6 ? day.getFullYear() + 1 : day.getFullYear()
}
