// The bar at the top: whose playground it is, and who asks.
import { DropdownMenu, pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react'
import iconURL from './icon.svg'
import { usePlayground } from './playground.js'

/** spelled turns SCHOOL_LEADER into School leader. */
function spelled(role) {
  const words = role.replaceAll('_', ' ').toLowerCase()
  return words[0].toUpperCase() + words.slice(1)
}

function roleOf({ roles, kind }) {
  return roles.length > 0 ? roles.map(({ role }) => spelled(role)).join(', ') : spelled(kind)
}

function placeOf({ roles, district }) {
  const schools = roles.map(({ school }) => school).filter(Boolean)
  return [...schools, district].filter(Boolean).join(' · ') || 'the whole installation'
}

function Person({ person }) {
  return (
    <span className="person">
      <span className="person-role">{roleOf(person)}</span>
      <span className="person-place">{placeOf(person)}</span>
    </span>
  )
}

/** readsOnly tells whether the editor holds one query alone, which may be run again without harm. */
function readsOnly(operations) {
  return operations?.length === 1 && operations[0].operation === 'query'
}

function Picker() {
  const { people, person, choose } = usePlayground()
  const { operations, tabs } = useGraphiQL(pick('operations', 'tabs'))
  const { introspect, run } = useGraphiQLActions()
  const pickPerson = (next) => {
    // What another persona was answered must not be taken for this one's.
    for (const tab of tabs) tab.response = null
    choose(next)
    introspect()
    if (readsOnly(operations)) run()
  }
  return (
    <DropdownMenu>
      <DropdownMenu.Button className="picker" aria-label="Ask as" title={person.displayName}>
        <Person person={person} />
        <svg viewBox="0 0 14 8" width="12" fill="none" stroke="currentColor" strokeWidth="1.6" aria-hidden="true"><path d="M1 1l6 6 6-6" /></svg>
      </DropdownMenu.Button>
      <DropdownMenu.Content className="picker-menu">
        {people.map((one) => (
          <DropdownMenu.Item
            key={one.subject}
            className={one.subject === person.subject ? 'picker-item chosen' : 'picker-item'}
            data-subject={one.subject}
            onSelect={() => pickPerson(one)}
          >
            <Person person={one} />
            <span className="person-name">{one.displayName}</span>
          </DropdownMenu.Item>
        ))}
      </DropdownMenu.Content>
    </DropdownMenu>
  )
}

export function Bar() {
  return (
    <header className="bar">
      <img src={iconURL} alt="" width="26" height="26" />
      <span className="bar-name">Holdfast</span>
      <span className="bar-what">playground</span>
      <span className="bar-ask">Ask as</span>
      <Picker />
      <span className="bar-say">Each answer holds what this persona may see; the rest is listed in <code>extensions.redactions</code>.</span>
    </header>
  )
}
