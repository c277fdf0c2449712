// Package model decides who may see what, a second time: written from the design
// pages alone, as plainly as they read, over plain facts. It knows nothing of the
// product, of its database or of its API, and imports the standard library only;
// where the product and the model disagree, the page says who is right.
package model
