// Package nation invents a country for measurements: 34 provinces, 3,321 communes, 52,000
// grassroots organisations, 230,000 cells and 5.6 million people at size 1, in realistic
// proportions and with names that nobody bears ("Mẫu" stands in every one). The same seed
// gives the same country; people are made cell by cell, so that it never lies in memory.
package nation
