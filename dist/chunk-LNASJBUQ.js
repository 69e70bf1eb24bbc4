function s(t){let r=t.startsWith("-")?`./${t}`:t;return/^[\w@%+=:,./-]+$/.test(r)?r:`'${r.replaceAll("'","'\\''")}'`}export{s as a};
