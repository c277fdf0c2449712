// There is one copy of graphql in the bundle, so its search for a second stays out.
/** instanceOf tells whether the value was made by the constructor. */
export const instanceOf = (value, constructor) => value instanceof constructor
