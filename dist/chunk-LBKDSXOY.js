var a=({flags:n},e)=>n.get(e)?.at(-1),i=({flags:n},e)=>n.has(e);export{a,i as b};
