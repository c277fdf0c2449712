// What the parts of the page share.
import { createContext, useContext } from 'react'

/** Playground holds the people, the one who asks, how to choose another, the examples and what was found for them. */
export const Playground = createContext(null)

/** usePlayground gives it to a part of the page. */
export const usePlayground = () => useContext(Playground)
