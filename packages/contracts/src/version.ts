// The version of the product, told by every process and by the command line.
export const VERSION = '0.1.0';
