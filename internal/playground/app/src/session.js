// Who asks: the persona chosen in this tab of the browser, and their token.
const key = 'holdfast:persona'
const tokens = new Map() // subject → promise of a token
let subject = null

/** peopleToAskAs lists the personas that there are. */
export async function peopleToAskAs() {
  const { personas } = await read(await fetch('/playground/personas'))
  return personas
}

/** remembered gives the persona chosen before in this tab, else the first. */
export function remembered(people) {
  return people.find((person) => person.subject === sessionStorage.getItem(key)) ?? people[0]
}

/** askAs makes the persona the one who asks from now on. */
export function askAs(person) {
  subject = person.subject
  sessionStorage.setItem(key, subject)
}

/** ask sends an operation as the persona; it is GraphiQL's fetcher. */
export const ask = (operation, options = {}) => sendAs(subject, operation, options)

/** askFor sends a query as another persona. */
export const askFor = (person, query) => sendAs(person.subject, { query }, {})

/** sendAs renews a token that has run out, once. */
async function sendAs(asker, operation, options) {
  let response = await send(asker, operation, options)
  if (response.status === 401) {
    tokens.delete(asker)
    response = await send(asker, operation, options)
  }
  const text = await response.text()
  try {
    return JSON.parse(text)
  } catch {
    return { errors: [{ message: `${response.status}: ${text.trim()}` }] }
  }
}

async function send(asker, operation, { headers }) {
  if (!tokens.has(asker)) tokens.set(asker, newToken(asker))
  const token = await tokens.get(asker).catch((error) => {
    tokens.delete(asker)
    throw error
  })
  return fetch('/graphql', {
    method: 'POST',
    headers: {
      Accept: 'application/graphql-response+json, application/json',
      'Content-Type': 'application/json',
      Authorization: `Bearer ${token}`,
      ...headers,
    },
    body: JSON.stringify(operation),
  })
}

async function newToken(asker) {
  const response = await fetch('/playground/token', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ subject: asker }),
  })
  return (await read(response)).token
}

/** read gives the JSON of an answer of the playground; it throws what a refusal says. */
export async function read(response) {
  if (!response.ok) throw new Error((await response.text()).trim())
  return response.json()
}
