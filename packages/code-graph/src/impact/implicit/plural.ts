// English plurals as frameworks make them of the names of classes. Pure.

/** `categories` gives `category`, `boxes` gives `box`, `orders` gives `order`. */
export const singular = (word: string): string =>
  /[^aeiou]ies$/.test(word) ? word.replace(/ies$/, 'y') : /(?:s|x|z|ch|sh)es$/.test(word) ? word.slice(0, -2) : word.replace(/(?<!s)s$/, '');

export const plural = (word: string): string =>
  /[^aeiou]y$/.test(word) ? word.replace(/y$/, 'ies') : /(?:s|x|z|ch|sh)$/.test(word) ? `${word}es` : `${word}s`;

/** `OrderItem` gives `order_item`. */
export const snakeCase = (name: string): string =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase();

/** `order_items` gives `OrderItem`, the class whose rows it holds. */
export const className = (table: string): string =>
  singular(table)
    .split('_')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');
