// Package supportmenu is the support menu that a new district begins with: the
// sample menu of the Practice guide (recommendation 2, table 2) and the strategies
// of BP 5147, in Holdfast's own words. From then on the menu is the district's own.
package supportmenu
