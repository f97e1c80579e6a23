"""The words of the nodes above and below this one, and of what they recorded."""

from __future__ import annotations

NODES: dict[str, tuple[str, str]] = {
    "nav.nodes": ("上下级节点", "Nodes"),
    "nodes.title": ("上下级节点", "Nodes above and below"),
    "nodes.lead": (
        "下级节点的记录原样汇到上级，不含姓名等隐私内容。上级核对下级签名的树头，一致的予以见证，前后不一的停止接收并保存证据。",
        "What a node records goes to the node above it as it is, without names or anything else private. The node above checks each signed head: it witnesses one that agrees, and stops at one that does not, keeping both sides.",
    ),
    "nodes.own": ("本节点", "This node"),
    "nodes.own.node": ("名称", "Name"),
    "nodes.own.region": ("所管区划", "Region"),
    "nodes.own.region.none": ("未设置（SHOUWANG_REGION）", "Not set (SHOUWANG_REGION)"),
    "nodes.level.1": ("省级节点", "Node of a province"),
    "nodes.level.2": ("市级节点", "Node of a city"),
    "nodes.level.3": ("县级节点", "Node of a county"),
    "nodes.own.key": ("公钥", "Public key"),
    "nodes.own.key.for": ("交给上级节点填写。", "For the nodes above to enter."),
    "nodes.own.witness": ("见证公钥", "Witness key"),
    "nodes.own.witness.for": ("交给下级节点填写。", "For the nodes below to enter."),
    "nodes.own.heads": ("本节点的签名树头", "The signed heads of this node"),
    # -- below
    "nodes.below": ("下级节点", "Nodes below"),
    "nodes.below.none": ("没有下级节点。", "No node stands below this one."),
    "nodes.node": ("节点", "Node"),
    "nodes.status": ("状态", "Status"),
    "nodes.taken": ("已接收", "Taken in"),
    "nodes.verified": ("与签名树头一致", "Agrees with its signed head"),
    "nodes.cosigned": ("本节点已见证", "Witnessed by this node"),
    "nodes.up_to": ("至第 {size} 条", "up to {size}"),
    "nodes.last": ("最近一次", "Last came"),
    "nodes.never": ("暂无", "Not yet"),
    "nodes.missing": ("还差 {n} 条", "{n} missing"),
    "nodes.status.good": ("正常", "Good"),
    "nodes.status.unsigned": ("等待签名树头", "Waiting for a signed head"),
    "nodes.status.behind": ("接收中", "Coming in"),
    "nodes.status.silent": ("还没有收到记录", "Nothing received yet"),
    "nodes.status.gone": ("已不在名单，停止接收", "Not on the list any more; not taken in"),
    "nodes.status.stopped": ("已停止：第 {n} 号前后不一", "Stopped: event {n} is not what it was"),
    "nodes.status.misshapen": ("已停止：第 {n} 号不成形", "Stopped: event {n} is misshapen"),
    # -- evidence
    "nodes.forks": ("前后不一的证据", "Evidence of histories that do not agree"),
    "nodes.forks.do": (
        "该节点的历史可能被改写，或有人冒它的名发送。请勿删除本节点的任何数据；与该节点核实，并留存下面的证据。查明并由双方确认以前，不再接收它的记录。",
        "The history of that node may have been rewritten, or somebody else sends in its name. Delete nothing here; ask that node, and keep the evidence below. Nothing more of it is taken in until the matter is settled.",
    ),
    "nodes.fork.event": (
        "{node} 第 {n} 号记录先后收到两种内容",
        "Event {n} of {node} came twice, with two contents",
    ),
    "nodes.fork.head": (
        "{node} 签了两个接不上的树头，最晚从第 {n} 号起不同",
        "{node} signed two heads that do not continue each other, different at {n} or before",
    ),
    "nodes.fork.root": (
        "{node} 签名的树头与收到的记录不符，从第 {n} 号起查",
        "A head that {node} signed does not agree with what came of it: look from event {n} on",
    ),
    "nodes.fork.stream": (
        "{node} 第 {n} 号记录接不上本节点已有的记录",
        "Event {n} of {node} does not continue what is recorded here",
    ),
    "nodes.fork.shape": (
        "{node} 第 {n} 号记录不成形，无法计入",
        "Event {n} of {node} is misshapen and cannot be counted",
    ),
    "nodes.fork.found": ("发现于 {moment}", "Found {moment}"),
    "nodes.fork.show": ("查看证据", "See the evidence"),
    "nodes.fork.ours": ("此前收到、已保存的", "What came before and is kept"),
    "nodes.fork.theirs": ("后来收到的", "What came afterwards"),
    "nodes.fork.why": ("不能接收的原因", "Why it cannot be taken in"),
    "nodes.fork.copy": ("点一下选中整段。", "Press to select all of it."),
    # -- letters
    "nodes.letters": ("未能入账的函件", "Letters that were not recorded"),
    "nodes.letters.do": (
        "其他节点为移交等事项发来的函件，本节点暂时不能入账。每分钟自动再试一次，入账后从这里消去。已经手工办好，或双方商定不办的，由系统管理员在命令行消去：",
        "What other nodes asked for, about a transfer say, and could not be recorded here. It is tried again every minute and leaves this list once it is recorded. Where people did it by hand, or agreed not to, the system administrator settles it:",
    ),
    "nodes.letters.asks": ("办理事项", "Asks for"),
    "nodes.letters.from": ("来自", "From"),
    "nodes.letters.by": ("经 {node} 转来", "passed on by {node}"),
    "nodes.letters.why": ("未能入账的原因", "Why it was not recorded"),
    "nodes.letters.at": ("收到", "Received"),
    "nodes.letters.id": ("编号", "Number"),
    # -- above
    "nodes.above": ("上级节点", "Nodes above"),
    "nodes.above.none": ("没有上级节点。", "No node stands above this one."),
    "nodes.above.witness": ("见证公钥", "Witness key"),
    "nodes.above.cosigned": ("见证过的最新树头", "Newest head that it witnessed"),
    # -- alone
    "nodes.alone": (
        "本节点独立运行，没有上级，也没有下级。",
        "This node stands alone: none above it, none below.",
    ),
    "nodes.alone.how": (
        "需要时由系统管理员设置：SHOUWANG_NODE 是本节点名称，开始记账前定好；SHOUWANG_FEDERATION 是写着上下级节点的文件，例如：",
        "To join others, the system administrator sets SHOUWANG_NODE, the name of this node, before anything is recorded, and SHOUWANG_FEDERATION, the file that names the nodes around it. For example:",
    ),
    "nodes.alone.file": ("上下级节点文件示例", "Example of the file"),
    "nodes.alone.region": ("行政区划代码", "code of its region"),
    "nodes.alone.key": ("下级节点的公钥", "public key of the node below"),
    "nodes.alone.witness": ("上级节点的见证公钥", "witness key of the node above"),
    "nodes.alone.below": ("下级节点名称", "name of the node below"),
    "nodes.alone.above": ("上级节点名称", "name of the node above"),
    "nodes.alone.identity": (
        "各节点的名称和公钥，在该节点的这一页上，或用下面的命令显示：",
        "The name and the keys of a node stand on this page there; this command shows them too:",
    ),
    # -- what other nodes recorded
    "name.elsewhere": ("（姓名存于{node}）", "(name kept at {node})"),
    "text.elsewhere": ("（内容存于{node}）", "(text kept at {node})"),
    "event.origin": (
        "来自{node}，在该节点账本的位置 {position}，本节点 {moment} 接收。",
        "From {node}, position {position} of its log; taken in here {moment}.",
    ),
    "event.origin.proof": ("在本节点的存证", "Its proof here"),
    "event.origin.there": ("在{node}的存证", "Its proof at {node}"),
    "event.origin.page": ("到{node}查看", "See it at {node}"),
    "proof.origin.title": ("{node}第 {position} 号记录的存证", "Proof of event {position} of {node}"),
    "proof.origin.lead": (
        "这条记录在{node}的账本里，在它签名、本节点见证过的树头之下。存证里没有姓名等隐私内容。",
        "This entry stands in the log of {node}, below a head that it signed and this node witnessed. The proof holds no names and nothing else private.",
    ),
    "proof.origin.key": ("{node}的公钥", "The public key of {node}"),
    "event.received": ("接收", "Taken in"),
    "error.elsewhere": ("这是其他节点的记录", "This is a record of another node"),
    "error.elsewhere.do": (
        "在那里办好以后，会自动传到这里。什么都没有入账。",
        "Once it is recorded there it comes here by itself. Nothing was recorded.",
    ),
    "search.nodes": (
        "下级节点的姓名留在各节点，在这里按姓名查不到。",
        "Names that the nodes below recorded stay there: by name they are not found here.",
    ),
}
