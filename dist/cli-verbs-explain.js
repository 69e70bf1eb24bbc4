import{a as s,b as c,g as u}from"./chunk-TXEUPLG6.js";import"./chunk-LBKDSXOY.js";import{q as p,r as d,s as g}from"./chunk-VQ7AS5Y7.js";import{j as a,u as f}from"./chunk-AKFYDSLQ.js";var i=Object.entries(a).map(([n,{code:e,severity:t,about:r}])=>({name:n,code:e,severity:t,about:r})).sort((n,e)=>n.code<e.code?-1:1),l=n=>i.find(({code:e,name:t})=>e===n.toUpperCase()||t===n.toLowerCase()),x=()=>i.flatMap(({code:n,name:e})=>[n,e]),m=({code:n,name:e,severity:t,about:r})=>`${t}[${n}] ${e}

${E(r)}

${f(n)}
`;function y(){let n=Math.max(...i.map(({name:e})=>e.length));return i.map(({code:e,name:t,about:r})=>`${e}  ${t.padEnd(n)}  ${$(r)}
`).join("")}var $=n=>/^.*?[.](?=\s|$)/s.exec(n)?.[0]??n;function E(n){let e=[""];for(let t of n.split(" ")){let r=e.at(-1)??"";r.length+t.length<78?e[e.length-1]=r===""?t:`${r} ${t}`:e.push(t)}return e.join(`
`)}var C={flags:[],run:async(n,e)=>{let[t,r]=n.operands;if(r!==void 0)return u(e,n,{name:r,verb:"explain"});let o=t===void 0?void 0:l(t);return t===void 0||o!==void 0?(e.out(o===void 0?y():m(o)),s.ok):(await c(e,{diagnostics:[h(t)],places:d},n),s.usage)}},h=n=>p("unknown-code",{argument:n},{name:n,suggestion:g(n.toLowerCase(),x().filter(e=>!e.startsWith("AL")))});export{C as explain};
